internal import Foundation
internal import Measuring

/// One measurement of the engine per process; the result is one line of JSON. `Benchmarks/compare` and
/// `Benchmarks/curves` run them and put the results together.
@main
struct EngineBenchmarks {
  private static let usage = """
    usage: EngineBenchmarks COMMAND DIRECTORY [OPTIONS]

      table DIRECTORY         [--rounds 7]                      steps alone and 500 at once, beside the bare disk
      sequential DIRECTORY    [--workflows 200] [--steps 5]     one workflow at a time
      concurrent DIRECTORY    [--workflows 500] [--steps 5]     all workflows at once
      recovery DIRECTORY      [--runs 500] [--rounds 5]         SIGKILL, open, finish
      park DIRECTORY          [--runs 1000]                     starts runs that wait 30 days, and ends
      parked DIRECTORY        [--runs 1000] [--seconds 5]       opens them; memory, processor time, signal, timer
      replay DIRECTORY        [--events 1000]                   opens one run, and asks it
      payload DIRECTORY       [--bytes 100]                     steps with results of a size
      visibility DIRECTORY    [--runs 1000000] [--open 100000]  lists, counts and pages, by shape of query
      indexing DIRECTORY      [--runs 50000] [--rounds 5]       starts with and without the index, by turns

    `--barrier yes` makes `sequential` and `concurrent` wait for a line of input before they begin.
    DIRECTORY is created; it must not exist, except for `parked`, which opens what `park` left.
    """

  static func main() async {
    do {
      let arguments = try CommandArguments(Array(CommandLine.arguments.dropFirst()))
      guard let command = commands[arguments.command] else { throw BenchmarkError(usage) }
      try await command(arguments)
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(1)
    }
  }

  private static let commands: [String: @Sendable (CommandArguments) async throws -> Void] = [
    "table": { try printJSON(try await StepTable.measure(fresh($0), rounds: $0.number("rounds", default: 7))) },
    "sequential": {
      let result = try await Sequential.measure(
        fresh($0), workflows: $0.number("workflows", default: 200), steps: $0.number("steps", default: 5),
        onReady: barrier($0))
      try printJSON(result.summary)
      barrier($0)()
    },
    "concurrent": {
      let result = try await Concurrent.measure(
        fresh($0), workflows: $0.number("workflows", default: 500), steps: $0.number("steps", default: 5),
        onReady: barrier($0))
      try printJSON(result)
      barrier($0)()
    },
    "recovery": {
      try printJSON(
        try await Recovery.measure(
          fresh($0), runs: $0.number("runs", default: 500), rounds: $0.number("rounds", default: 5)))
    },
    "recovery-child": {
      try await Recovery.child($0.value(0, "directory"), runs: $0.number("runs", default: 500))
    },
    "park": { try printJSON(try await Parking.park(fresh($0), runs: $0.number("runs", default: 1000))) },
    "parked": {
      try printJSON(
        try await Parking.resume(
          $0.value(0, "directory"), runs: $0.number("runs", default: 1000),
          idleSeconds: $0.number("seconds", default: 5)))
    },
    "replay": { try printJSON(try await Replay.measure(fresh($0), events: $0.number("events", default: 1000))) },
    "visibility": {
      try printJSON(
        try await Visibility.measure(
          fresh($0), runs: $0.number("runs", default: 1_000_000), open: $0.number("open", default: 100_000)))
    },
    "indexing": {
      try printJSON(
        try await Visibility.compare(
          fresh($0), runs: $0.number("runs", default: 50_000), rounds: $0.number("rounds", default: 5)))
    },
    "payload": { try printJSON(try await PayloadSize.measure(fresh($0), bytes: $0.number("bytes", default: 100))) },
  ]

  /// With `--barrier yes`: says that it is ready, and waits for a line before it goes on, so that somebody can attach
  /// or let go.
  private static func barrier(_ arguments: CommandArguments) -> () -> Void {
    guard arguments.text("barrier") != nil else { return {} }
    return {
      print(#"{"ready":true}"#)
      fflush(nil)
      _ = readLine()
    }
  }

  /// The directory that a command names, which must be new: a measurement on top of old data is another measurement.
  private static func fresh(_ arguments: CommandArguments) throws -> String {
    let directory = try arguments.value(0, "directory")
    guard !FileManager.default.fileExists(atPath: directory) else {
      throw BenchmarkError("\(directory) exists; name a directory that does not")
    }
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    return directory
  }
}
