internal import ArgumentParser
internal import ExampleSupport
internal import Foundation
public import Logging
public import WorkflowConsole

/// A worker's program, from its first probe to its graceful end.
public enum WorkerProgram {
  /// Runs a worker's command: problems become lines on the standard error, and the exit code 1; a forced end becomes
  /// the exit code 130.
  ///
  /// - Parameters:
  ///   - name: the program's name.
  ///   - settings: the variables that say where the database is.
  public static func main(_ name: String, database settings: String, _ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch is ForcedEnd {
      throw ExitCode(130)
    } catch {
      for line in StartupProblem.lines(for: error, database: settings) {
        FileHandle.standardError.write(Data("\(name): error: \(line)\n".utf8))
      }
      throw ExitCode(1)
    }
  }

  /// Serves probes and metrics while `work` opens everything, serves, and closes everything.
  ///
  /// The first SIGTERM or SIGINT is for `work`: it drains. The second one forces the end of what still runs; a third
  /// one, or ten seconds after the second, ends the process at once.
  ///
  /// - Parameter work: gets the ports of the consoles in their order, and the signals as they arrive.
  /// - Throws: what `work` and the consoles throw; ``ForcedEnd``.
  public static func run(
    serving consoles: [ConsoleServer], logger: Logger,
    _ work: @escaping @Sendable (_ ports: [Int], _ signals: AsyncStream<String>) async throws -> Void
  ) async throws {
    let signals = TerminationSignals()
    defer { signals.cancel() }
    let names = signals.names
    try await withThrowingTaskGroup(of: Void.self) { group in
      for console in consoles { group.addTask { try await console.run() } }
      group.addTask {
        var ports: [Int] = []
        for console in consoles { ports.append(try await console.listeningPort) }
        try await work(ports, names)
        if !consoles.isEmpty { logger.info("stopping the HTTP servers") }
        for console in consoles { console.beginGracefulShutdown() }
      }
      do {
        // Not waitForAll(), which waits for the others before it throws.
        while try await group.next() != nil {}
      } catch {
        group.cancelAll()
        if signals.count < 2 { throw error }
        logger.error("the end was forced", metadata: ["reason": "\(error)"])
      }
    }
    logger.info("worker stopped")
    if signals.count > 1 { throw ForcedEnd() }
  }

  /// Runs `serve`, then `close`, whether or not the former throws.
  ///
  /// - Throws: the first error of the two, which is the one to report.
  public static func serving(
    _ serve: () async throws -> Void, thenClosing close: () async throws -> Void
  ) async throws {
    var failure: (any Error)?
    do {
      try await serve()
    } catch {
      failure = error
    }
    do {
      try await close()
    } catch {
      failure = failure ?? error
    }
    if let failure { throw failure }
  }
}

/// A second signal ended the worker: what ran was cancelled, and the next process repeats it.
public struct ForcedEnd: Error {}
