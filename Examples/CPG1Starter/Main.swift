internal import ArgumentParser
internal import Foundation

/// Exit codes: 0 success, 1 the reconciliation failed, 2 usage, 3 no connection.
@main
enum Main {
  static func main() async {
    let command: CPG1Starter
    do {
      command = try CPG1Starter.parse()
    } catch {
      let isHelp = CPG1Starter.exitCode(for: error) == .success
      let text = CPG1Starter.fullMessage(for: error)
      (isHelp ? FileHandle.standardOutput : FileHandle.standardError).write(Data((text + "\n").utf8))
      exit(isHelp ? 0 : 2)
    }
    exit(await command.start())
  }
}
