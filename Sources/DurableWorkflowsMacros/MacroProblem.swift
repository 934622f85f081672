internal import SwiftDiagnostics
internal import SwiftSyntax

/// An error about the code that a macro is attached to. The message names the declaration and the remedy.
struct MacroProblem: DiagnosticMessage {
  /// What is wrong; the raw value is part of the diagnostic's id.
  enum Code: String {
    case conditionalMember, duplicateName, dynamicInput, dynamicName, dynamicOptions, dynamicParameters
    case emptyName, genericMethod, impureBody, invalidVersion, misplacedMarker, mutatingMethod, notALiteral, notAMethod,
      propertyTypeUnknown
    case propertyWithoutDefault, queryIsAsync, queryReturnsNothing, reservedName, runDeclaredTwice, runMissing
    case runParameters, signalReturnsValue, staticMember, unknownUpdate, unsupportedParameter, unusableInitializer
    case validatorIsAsync, validatorParameters, validatorReturnsValue, valueTypeConflict, wrongKindOfType
  }

  let code: Code
  let message: String

  var diagnosticID: MessageID { MessageID(domain: "DurableWorkflowsMacros", id: code.rawValue) }
  var severity: DiagnosticSeverity { .error }

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The problem as an error that ends an expansion and is shown at `node`.
  func error(at node: some SyntaxProtocol) -> DiagnosticsError {
    DiagnosticsError(diagnostics: [diagnostic(at: node)])
  }

  /// The problem as a diagnostic at `node`.
  func diagnostic(at node: some SyntaxProtocol, fixIts: [FixIt] = []) -> Diagnostic {
    Diagnostic(node: node, message: self, fixIts: fixIts)
  }
}

/// What a fix-it does, in one line.
struct MacroFix: FixItMessage {
  let message: String

  var fixItID: MessageID { MessageID(domain: "DurableWorkflowsMacros", id: "fix") }

  init(_ message: String) {
    self.message = message
  }
}
