internal import SwiftCompilerPlugin
internal import SwiftSyntaxMacros

/// The compiler plugin behind the macros of `DurableWorkflows`.
@main
struct DurableWorkflowsPlugin: CompilerPlugin {
  let providingMacros: [any Macro.Type] = [
    WorkflowMacro.self,
    WorkflowSignalMacro.self,
    WorkflowQueryMacro.self,
    WorkflowUpdateMacro.self,
    WorkflowUpdateValidatorMacro.self,
    ActivityContainerMacro.self,
    ActivityMacro.self,
  ]
}
