import CoreMetrics
import Foundation
import Logging
import Testing
import WorkflowConsole

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

private struct Broken: Error, CustomStringConvertible {
  let description: String
}

@Suite("The console's server", .timeLimit(.minutes(1)))
struct ConsoleServerTests {
  private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// Runs a server on a free port while `body` runs.
  private func withServer(_ routes: [ConsoleRoute], _ body: (URL) async throws -> Void) async throws {
    let server = try ConsoleServer(port: 0, routes: routes, logger: Self.logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      let port = try await server.listeningPort
      do {
        try await body(try #require(URL(string: "http://127.0.0.1:\(port)")))
      } catch {
        server.beginGracefulShutdown()
        throw error
      }
      server.beginGracefulShutdown()
      try await group.waitForAll()
    }
  }

  private func get(_ url: URL) async throws -> (status: Int, type: String, body: String) {
    let (data, response) = try await URLSession.shared.data(from: url)
    let http = try #require(response as? HTTPURLResponse)
    let type = http.value(forHTTPHeaderField: "Content-Type") ?? ""
    return (http.statusCode, type, String(decoding: data, as: UTF8.self))
  }

  @Test("health is served as soon as the process runs, ready follows the checks")
  func probes() async throws {
    let readiness = Readiness()
    try await withServer([.health(service: "svc"), .ready(service: "svc", readiness)]) { url in
      let health = try await get(url.appending(path: "health"))
      #expect(health == (200, "application/json", #"{"status":"healthy","service":"svc"}"#))
      let starting = try await get(url.appending(path: "ready"))
      #expect(starting.status == 503)
      #expect(starting.body.hasPrefix(#"{"status":"not_ready","reason":"starting","error":"#))
      await readiness.serve([])
      #expect(
        try await get(url.appending(path: "ready")) == (200, "application/json", #"{"status":"ready","service":"svc"}"#)
      )
      await readiness.serve([ReadinessCheck(reason: "db") { throw Broken(description: "a \"quote\"\n") }])
      let broken = try await get(url.appending(path: "ready"))
      #expect(broken.status == 503)
      #expect(broken.body == #"{"status":"not_ready","reason":"db","error":"a \"quote\"\n"}"#)
      #expect(try await get(url.appending(path: "other")).status == 404)
    }
  }

  @Test("metrics are brought up to date when they are scraped")
  func metrics() async throws {
    let metrics = PrometheusMetricsFactory()
    let gauge = metrics.makeMeter(label: "scrapes", dimensions: [])
    let route = ConsoleRoute.metrics(metrics) { gauge.increment(by: 1) }
    try await withServer([route]) { url in
      _ = try await get(url.appending(path: "metrics"))
      let second = try await get(url.appending(path: "metrics"))
      #expect(second == (200, "text/plain; version=0.0.4; charset=utf-8", "# TYPE scrapes gauge\nscrapes 2\n"))
    }
  }

  @Test("a port in use, a port that is none and a path twice are errors that say so")
  func refusals() async throws {
    try await withServer([]) { url in
      let port = try #require(url.port)
      let second = try ConsoleServer(port: port, routes: [], logger: Self.logger)
      let error = await #expect(throws: ConsoleError.self) { try await second.run() }
      #expect(error?.code == .cannotListen)
      #expect(error?.description.contains("127.0.0.1:\(port)") == true)
      await #expect(throws: ConsoleError.self) { _ = try await second.listeningPort }
    }
    #expect(throws: ConsoleError.self) { try ConsoleServer(port: 70_000, routes: []) }
    #expect(throws: ConsoleError.self) {
      try ConsoleServer(port: 0, routes: [.health(service: "a"), .health(service: "b")])
    }
  }

  @Test("a client that keeps its connection does not keep the server")
  func shutdown() async throws {
    let begin = ContinuousClock.now
    try await withServer([.health(service: "svc")]) { url in
      _ = try await get(url.appending(path: "health"))
    }
    #expect(ContinuousClock.now - begin < .seconds(10))
  }
}
