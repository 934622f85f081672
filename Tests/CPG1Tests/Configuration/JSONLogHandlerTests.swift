import Logging
import Synchronization
import Testing

@testable import CPG1

@Suite struct JSONLogHandlerTests {
  private final class Lines: Sendable {
    let bytes = Mutex<[UInt8]>([])
  }

  private func log(secrets: [String] = [], _ body: (Logger) -> Void) throws -> [OrderedJSON] {
    let lines = Lines()
    let logger = Logger(label: "test") { label in
      JSONLogHandler(
        label: label,
        service: "s",
        environment: "e",
        logLevel: .info,
        redactor: LogRedactor(secrets: secrets)
      ) { line in lines.bytes.withLock { $0 += line } }
    }
    body(logger)
    return try lines.bytes.withLock { $0 }.split(separator: 10).map { try OrderedJSON(parsing: Array($0)) }
  }

  @Test func oneObjectPerLineWithTheNamesOfTheContract() throws {
    let lines = try log { logger in
      var logger = logger
      logger[metadataKey: "workflow_id"] = "w"
      logger.info("two\nlines \"quoted\"", metadata: ["rows": "12", "attempt": "2", "item_id": "IPE_07"])
      logger.debug("not logged")
    }
    #expect(lines.count == 1)
    let line = lines[0]
    #expect(line["message"]?.string == "two\nlines \"quoted\"")
    #expect(line["level"]?.string == "INFO")
    let texts = ["logger": "test", "service": "s", "env": "e", "workflow_id": "w", "item_id": "IPE_07"]
    for (name, text) in texts { #expect(line[name]?.string == text, "\(name)") }
    #expect(line["rows"]?.integer == 12)
    #expect(line["attempt"]?.integer == 2)
    let time = try #require(line["timestamp"]?.string)
    #expect(time.hasSuffix("Z") && CivilTimestamp(String(time.dropLast())) != nil)
  }

  @Test func secretsNeverAppear() throws {
    let secret = "DRIVER={x};UID=u;PWD={p;w}}d};Database=d"
    let lines = try log(secrets: [secret, "hunter-2"]) { logger in
      logger.error("failed with \(secret) and hunter-2")
      logger.error("x", metadata: ["error": "Password=abc def;Server=s", "list": ["token={secret value}"]])
    }
    let text = lines.map { $0.text(indent: 0) }.joined()
    for word in ["p;w", "hunter-2", "abc def", "secret value"] { #expect(!text.contains(word), "\(word)") }
    #expect(text.contains("Server=s"))
  }

  @Test(arguments: [
    ("PWD=geheim;Server=s", "PWD=***;Server=s"), ("pwd = {a}}b};x=1", "pwd =***;x=1"),
    ("MSSQL_PASSWORD=abc", "MSSQL_PASSWORD=***"), ("nothing=here", "nothing=here"), ("no value", "no value"),
    ("Password={unclosed", "Password=***"),
  ])
  func valuesOfSecretKeysAreReplaced(text: String, redacted: String) {
    #expect(LogRedactor().redact(text) == redacted)
  }
}
