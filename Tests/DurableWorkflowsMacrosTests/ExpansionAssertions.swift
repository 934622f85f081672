internal import SwiftDiagnostics
internal import SwiftParser
internal import SwiftSyntax
internal import SwiftSyntaxBuilder
internal import SwiftSyntaxMacroExpansion
internal import SwiftSyntaxMacros
internal import SwiftSyntaxMacrosGenericTestSupport
internal import Testing

@testable internal import DurableWorkflowsMacros

private let macros: [String: MacroSpec] = [
  "Workflow": MacroSpec(type: WorkflowMacro.self, conformances: ["WorkflowDefinition"]),
  "WorkflowSignal": MacroSpec(type: WorkflowSignalMacro.self),
  "WorkflowQuery": MacroSpec(type: WorkflowQueryMacro.self),
  "WorkflowUpdate": MacroSpec(type: WorkflowUpdateMacro.self),
  "WorkflowUpdateValidator": MacroSpec(type: WorkflowUpdateValidatorMacro.self),
  "ActivityContainer": MacroSpec(type: ActivityContainerMacro.self, conformances: ["ActivityContainer"]),
  "Activity": MacroSpec(type: ActivityMacro.self),
]

/// Expects that `source` expands to exactly `expanded`, without diagnostics.
func expectExpansion(of source: String, to expanded: String, sourceLocation: Testing.SourceLocation = #_sourceLocation)
{
  assertMacroExpansion(
    source,
    expandedSource: expanded,
    macroSpecs: macros,
    indentationWidth: .spaces(2),
    failureHandler: { Issue.record("\($0.message)", sourceLocation: sourceLocation) }
  )
}

/// Expands `source` and returns its diagnostics as `line: message`, in the order of the lines.
func diagnostics(of source: String) -> [String] {
  problems(in: source).map(\.text)
}

/// The source after the fix-its of its diagnostics were taken, for sources whose fix-its replace single tokens.
func fixIts(of source: String) -> [String] {
  problems(in: source).flatMap { problem in
    problem.diagnostic.fixIts.flatMap { fixIt in
      fixIt.changes.compactMap { change in
        guard case .replace(let old, let new) = change else { return nil }
        return "\(old.trimmedDescription) -> \(new.trimmedDescription)"
      }
    }
  }
}

private func problems(in source: String) -> [(text: String, diagnostic: Diagnostic)] {
  let file = Parser.parse(source: source)
  let context = BasicMacroExpansionContext(sourceFiles: [file: .init(moduleName: "Test", fullFilePath: "Test.swift")])
  _ = file.expand(macroSpecs: macros) { node in
    BasicMacroExpansionContext(sharingWith: context, lexicalContext: node.allMacroLexicalContexts())
  }
  return context.diagnostics
    .map { diagnostic in
      let line = context.location(for: diagnostic.position, anchoredAt: diagnostic.node, fileName: "Test.swift").line
      return (line, "\(line): \(diagnostic.message)", diagnostic)
    }
    .sorted { $0.0 < $1.0 }
    .map { ($0.1, $0.2) }
}
