import ExampleSupport
import Foundation
import Logging
import ODBC
import Synchronization
import Testing

@testable import PixClaims

@Suite("Configuration and logs")
struct PixConfigurationTests {
  @Test("an empty environment gives the guide's defaults on the embedded database")
  func defaults() throws {
    let configuration = try PixConfiguration(["TEMPORAL_NAMESPACE": "  "])
    #expect(configuration.address.description == "localhost:7233")
    #expect(configuration.address.bindHost == "127.0.0.1")
    #expect(configuration.namespace == "default")
    #expect(configuration.taskQueue == "conn-dict-task-queue")
    #expect((configuration.maxConcurrentActivities, configuration.maxConcurrentWorkflows) == (200, 100))
    #expect((configuration.healthPort, configuration.metricsPort) == (8081, 9093))
    #expect(configuration.httpHost == "127.0.0.1")
    #expect(configuration.database.dialect == .sqlite)
    #expect(configuration.database.maximumConnections == 1)
    #expect(configuration.events.url == "pulsar://localhost:6650")
    #expect(configuration.events.topic == "persistent://public/default/dict-events")
    #expect(configuration.events.producer == "conn-dict-worker")
    #expect(configuration.bridge == nil && configuration.bridgeTimeout == .seconds(30))
    #expect(configuration.logLevel == .info && configuration.daySeconds == nil)
  }

  @Test("the guide's whole environment is read")
  func guide() throws {
    let text = """
      TEMPORAL_ADDRESS=localhost:7233 TEMPORAL_NAMESPACE=default TEMPORAL_TASK_QUEUE=conn-dict-task-queue
      MAX_CONCURRENT_ACTIVITIES=200 MAX_CONCURRENT_WORKFLOWS=100 POSTGRES_HOST=localhost POSTGRES_PORT=5433
      POSTGRES_USER=dict_user POSTGRES_PASSWORD=dict_password POSTGRES_DB=dict_db POSTGRES_SSLMODE=disable
      POSTGRES_MAX_CONNS=25 POSTGRES_MIN_CONNS=5 PULSAR_URL=pulsar://localhost:6650
      PULSAR_TOPIC=persistent://public/default/dict-events PULSAR_PRODUCER_NAME=conn-dict-worker LOG_LEVEL=warn
      METRICS_PORT=9093 HEALTH_PORT=8081 BRIDGE_GRPC_ADDR=localhost:50051 BRIDGE_GRPC_TIMEOUT=1m30s
      """
    let pairs = text.split(whereSeparator: \.isWhitespace).map { $0.split(separator: "=", maxSplits: 1) }
    let configuration = try PixConfiguration(
      Dictionary(uniqueKeysWithValues: pairs.map { (String($0[0]), String($0[1])) }))
    #expect(configuration.database.dialect == .postgreSQL)
    #expect((configuration.database.maximumConnections, configuration.database.minimumConnections) == (25, 5))
    let string = configuration.database.connectionString
    #expect(string.value(for: "Servername") == "localhost" && string.value(for: "Port") == "5433")
    #expect(string.value(for: "SSLmode") == "disable" && string.value(for: "Username") == "dict_user")
    #expect(!"\(string)".contains("dict_password"))
    #expect(configuration.secrets == ["dict_password"])
    #expect(configuration.bridge == HostAndPort(host: "localhost", port: 50051))
    #expect(configuration.bridgeTimeout == .seconds(90))
    #expect(configuration.logLevel == .warning)
  }

  @Test("all problems are reported at once, each with its variable")
  func problems() throws {
    let error = #expect(throws: PixConfiguration.Problems.self) {
      _ = try PixConfiguration([
        "TEMPORAL_ADDRESS": "nowhere", "MAX_CONCURRENT_ACTIVITIES": "0", "MAX_CONCURRENT_WORKFLOWS": "many",
        "POSTGRES_HOST": "db", "POSTGRES_PORT": "x", "POSTGRES_SSLMODE": "maybe", "POSTGRES_MAX_CONNS": "2",
        "POSTGRES_MIN_CONNS": "3", "PULSAR_URL": "http://x", "PULSAR_TOPIC": "events", "LOG_LEVEL": "loud",
        "METRICS_PORT": "8081", "BRIDGE_GRPC_ADDR": "bridge", "BRIDGE_GRPC_TIMEOUT": "soon", "PIX_DAY_SECONDS": "0",
      ])
    }
    let list = try #require(error?.list)
    let names = [
      "TEMPORAL_ADDRESS", "MAX_CONCURRENT_ACTIVITIES", "MAX_CONCURRENT_WORKFLOWS", "POSTGRES_PORT", "POSTGRES_SSLMODE",
      "POSTGRES_MIN_CONNS", "POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB", "PULSAR_URL", "PULSAR_TOPIC",
      "LOG_LEVEL", "METRICS_PORT", "BRIDGE_GRPC_ADDR", "BRIDGE_GRPC_TIMEOUT", "PIX_DAY_SECONDS",
    ]
    #expect(list.count == names.count, "\(list.joined(separator: "\n"))")
    for name in names { #expect(list.contains { $0.hasPrefix(name) }, "\(name)") }
  }

  @Test("a user without a host is no silent fall-back to the embedded database")
  func halfConfigured() throws {
    let error = #expect(throws: PixConfiguration.Problems.self) { _ = try PixConfiguration(["POSTGRES_USER": "u"]) }
    #expect(error?.list.contains { $0.hasPrefix("POSTGRES_HOST is not set") } == true)
  }

  @Test("a secret may be in a file, without its line end")
  func secretFiles() throws {
    let sandbox = try Sandbox()
    let path = sandbox.path + "/password"
    try Data("se;cret}\n".utf8).write(to: URL(filePath: path))
    var variables = [
      "POSTGRES_HOST": "h", "POSTGRES_USER": "u", "POSTGRES_DB": "d", "POSTGRES_PASSWORD_FILE": path,
    ]
    #expect(try PixConfiguration(variables).secrets == ["se;cret}"])
    variables["POSTGRES_PASSWORD_FILE"] = path + "-none"
    let error = #expect(throws: PixConfiguration.Problems.self) { _ = try PixConfiguration(variables) }
    #expect(error?.list.contains { $0.contains("cannot be read") } == true)
  }

  @Test(
    "durations are read as Go writes them",
    arguments: [
      ("30s", 30.0), ("500ms", 0.5), ("1m30s", 90), ("2h", 7200), ("1.5s", 1.5), ("250us", 0.000_25),
    ])
  func durations(_ text: String, seconds: Double) {
    #expect(EnvironmentReader.duration(text) == .seconds(seconds))
  }

  @Test("what is no duration is none", arguments: ["", "30", "s", "1x", "-1s", "1s2", "1..5s"])
  func noDurations(_ text: String) { #expect(EnvironmentReader.duration(text) == nil) }

  @Test("a log line is one JSON object with the guide's keys; secrets do not appear")
  func logs() throws {
    let lines = Mutex<[String]>([])
    var logger = Logger(label: "worker") { label in
      JSONLogHandler(label: label, logLevel: .info, secrets: ["hidden-word", "x"]) { line in
        lines.withLock { $0.append(line) }
      }
    }
    logger[metadataKey: "workflow_id"] = "claim-workflow-1"
    logger.info(
      "ClaimWorkflow started hidden-word",
      metadata: [
        "claim_id": "CLAIM-12345", "entry_id": "ENTRY-67890", "attempt": "2", "duration_ms": "15",
        "reason": "PWD=hidden-word\n", "level": "spoofed", "list": ["a", "hidden-word"],
      ])
    logger.debug("not logged")
    logger.critical("bad")
    let all = lines.withLock { $0 }
    #expect(all.count == 2)
    #expect(all[0].hasPrefix(#"{"level":"info","msg":"ClaimWorkflow started ***","timestamp":""#))
    #expect(all[0].hasSuffix("}\n") && all[0].count { $0 == "\n" } == 1)
    let line = try JSONValue(text: all[0])
    #expect(line["claim_id"]?.string == "CLAIM-12345" && line["workflow_id"]?.string == "claim-workflow-1")
    #expect(line["attempt"] == .integer(2) && line["duration_ms"] == .integer(15))
    #expect(line["reason"]?.string == "PWD=***\n")
    #expect(line["list"] == .array([.string("a"), .string("***")]))
    #expect(Moment(line["timestamp"]?.string ?? "") == nil || line["timestamp"]?.string?.hasSuffix("Z") == true)
    #expect(try JSONValue(text: all[1])["level"]?.string == "fatal")
  }
}
