extension WorkflowCheck {
  /// What a `check` command of a program does: takes the journal's directory as its only argument, prints the report
  /// and gives the code to exit with.
  ///
  /// ```swift
  /// if CommandLine.arguments.dropFirst().first == "check" {
  ///   exit(await WorkflowCheck.main(Array(CommandLine.arguments.dropFirst(2)), workflows: [Checkout.self]))
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - arguments: what follows the command's name.
  ///   - workflows: the types of the program.
  ///   - options: the program's engine options.
  ///   - output: takes the lines; standard output by default.
  /// - Returns: 0 if every open run goes on, 1 if a run would break, 2 if the journal could not be checked, 64 if the
  ///   arguments are wrong.
  public static func main(
    _ arguments: [String], workflows: [any WorkflowDefinition.Type],
    options: WorkflowEngineOptions = WorkflowEngineOptions(), output: (String) -> Void = { print($0) }
  ) async -> Int32 {
    guard arguments.count == 1, let directory = arguments.first, !directory.hasPrefix("-") else {
      output(
        """
        usage: check <journal directory>
        Replays every open run of the journal against this program's workflows and lists those that would break. \
        Nothing is changed, and an engine may be using the journal.
        """)
      return 64
    }
    do {
      let report = try await run(directory: directory, workflows: workflows, options: options)
      output(report.description)
      return report.isCompatible ? 0 : 1
    } catch {
      output("error: \(error)")
      return 2
    }
  }
}
