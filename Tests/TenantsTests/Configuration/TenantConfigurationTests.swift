import ExampleSupport
import Foundation
import ODBC
import Testing

@testable import Tenants

/// Scenarios 19 and 20: queues, settings and secrets.
@Suite("The worker's settings")
struct TenantConfigurationTests {
  private static let valid = [
    "ALGA_AUTH_KEY": "auth-secret", "NEXTAUTH_SECRET": "next-secret", "APPLICATION_URL": "https://app.example.com",
    "DB_HOST": "db", "DB_PORT": "5433", "DB_NAME_SERVER": "server", "DB_USER_SERVER": "app",
    "DB_PASSWORD_SERVER": "server-password", "DB_USER_ADMIN": "admin", "DB_PASSWORD_ADMIN": "admin-password",
    "TEMPORAL_ADDRESS": "localhost:7233", "TEMPORAL_NAMESPACE": "default", "TEMPORAL_TASK_QUEUE": "tenant-workflows",
    "TENANTS_PAYLOAD_KEYS": "one:\(TenantWorld.testKey)",
  ]

  private static func read(_ variables: [String: String], _ directories: [String] = []) throws -> TenantConfiguration {
    try TenantConfiguration(variables, directories: directories)
  }

  private static func problems(_ variables: [String: String], _ directories: [String] = []) -> [String] {
    let error = #expect(throws: ConfigurationProblems.self) { _ = try read(variables, directories) }
    return error?.list ?? []
  }

  @Test("19: five queues by default; a list gains the jobs and the service levels; foreign queues are refused")
  func queues() throws {
    #expect(
      try Self.read(Self.valid).taskQueues == [
        "tenant-workflows", "portal-domain-workflows", "email-domain-workflows", "alga-jobs", "sla-workflows",
      ]
    )
    #expect(try TaskQueue.names(from: " a ,b, a") == ["a", "b", "alga-jobs", "sla-workflows"])
    #expect(throws: TenantError.self) { try TaskQueue.names(from: "tenant-workflows,workflow-runtime-v2") }
    for name in ["TEMPORAL_TASK_QUEUE", "TEMPORAL_TASK_QUEUES"] {
      let list = Self.problems(Self.valid.merging([name: "workflow-runtime-v2"]) { $1 })
      #expect(list.count == 1 && list[0].contains("workflow-runtime-v2") && list[0].contains(name), "\(list)")
    }
  }

  @Test("20: what is missing is listed, all of it, and nothing else")
  func missing() throws {
    var variables = Self.valid
    variables["DB_PASSWORD_ADMIN"] = nil
    #expect(Self.problems(variables).map { $0.prefix(24) } == ["DB_PASSWORD_ADMIN is not"])
    let all = Self.problems([:])
    #expect(all.count == 14)
    for name in Self.valid.keys { #expect(all.contains { $0.hasPrefix("\(name) is not set") }, "\(name)") }
    variables = Self.valid.filter { !$0.key.hasPrefix("DB_") }
    variables["TENANTS_SQLITE_PATH"] = "x.sqlite"
    let embedded = try Self.read(variables)
    #expect(embedded.database.dialect == .sqlite && embedded.administration == nil)
  }

  @Test("20: resend needs its key; wrong values are named without a secret")
  func wrong() throws {
    #expect(
      Self.problems(Self.valid.merging(["EMAIL_PROVIDER": "resend"]) { $1 }).map { $0.prefix(14) } == ["RESEND_API_KEY"]
    )
    let list = Self.problems(
      Self.valid.merging(
        [
          "EMAIL_PROVIDER": "pigeon", "MAX_CONCURRENT_ACTIVITIES": "0", "MAX_CONCURRENT_WORKFLOWS": "many",
          "HEALTH_CHECK_PORT": "99999", "ENABLE_HEALTH_CHECK": "perhaps", "APPLICATION_URL": "app", "LOG_LEVEL": "loud",
          "TEMPORAL_ADDRESS": "here", "DB_PORT": "x",
        ]) { $1 }
    )
    #expect(list.count == 9, "\(list)")
    for value in ["auth-secret", "next-secret", "admin-password"] { #expect(!list.joined().contains(value)) }
  }

  @Test("20: what is valid is followed by one look at the database and one at the engine")
  func validated() async throws {
    var looks: [String] = []
    let configuration = try await TenantConfiguration.validated(
      Self.valid,
      directories: [],
      ping: { _ in looks.append("ping") },
      connect: { _ in looks.append("connect") }
    )
    #expect(looks == ["ping", "connect"])
    #expect(configuration.maxConcurrentActivities == 10 && configuration.maxConcurrentWorkflows == 10)
    #expect(configuration.healthPort == 8080 && !configuration.isHealthCheckEnabled)
    #expect(configuration.emailProvider == "mock" && configuration.database.dialect == .postgreSQL)
    #expect(
      Set(configuration.secrets) == [
        "auth-secret", "next-secret", "server-password", "admin-password", "one:\(TenantWorld.testKey)",
        TenantWorld.testKey,
      ]
    )
    let administration = try #require(configuration.administration)
    #expect(configuration.database.connectionString.value(for: "Username") == "app")
    #expect(administration.connectionString.value(for: "Username") == "admin")
    for settings in [configuration.database, administration] {
      #expect(!"\(settings.connectionString)".contains("password"), "\(settings.connectionString)")
    }
    await #expect(throws: ConfigurationProblems.self) {
      _ = try await TenantConfiguration.validated(
        [:],
        directories: [],
        ping: { _ in looks.append("ping") },
        connect: { _ in looks.append("connect") }
      )
    }
    #expect(looks.count == 2)
  }

  @Test("keys of payloads that are none are named, and never shown")
  func keys() throws {
    for (text, words) in [
      ("one:c2hvcnQ=", "key 'one' has 5 bytes"), ("secret-word", "entry 1 of TENANTS_PAYLOAD_KEYS has no name"),
      ("one:###secret-word", "entry 1 of TENANTS_PAYLOAD_KEYS is not Base64"),
      ("a:\(TenantWorld.testKey),a:\(TenantWorld.testKey)", "two keys have the name 'a'"),
    ] {
      let list = Self.problems(Self.valid.merging(["TENANTS_PAYLOAD_KEYS": text]) { $1 })
      #expect(list.count == 1 && list[0].contains(words) && list[0].contains("openssl rand"), "\(list)")
      #expect(list.allSatisfy { $0.contains("TENANTS_PAYLOAD_KEYS") && !$0.contains("secret-word") }, "\(list)")
      #expect(list.allSatisfy { !$0.contains(TenantWorld.testKey) }, "\(list)")
    }
  }

  // MARK: Secrets

  private static func write(_ text: String, _ path: String, mode: Int = 0o600) throws {
    try Data(text.utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  @Test("secrets come from variables, from named files, from mounted files and from lines of the shell, in this order")
  func sources() throws {
    let sandbox = try Sandbox()
    let vault = sandbox.path + "/vault"
    try FileManager.default.createDirectory(atPath: vault, withIntermediateDirectories: true)
    try Self.write("from a file\n", sandbox.path + "/password")
    try Self.write("mounted", vault + "/next_secret")
    try Self.write("mounted in small letters\n", vault + "/db_password_server")
    try Self.write(
      """
      # written by the injector
      export ALGA_AUTH_KEY='quo"ted $x'
        export NEXTAUTH_SECRET="a \\"b\\" \\$c \\d"   # a remark
      DB_USER_ADMIN=bare\\ word

      """,
      vault + "/config"
    )
    var variables = Self.valid
    for name in ["ALGA_AUTH_KEY", "NEXTAUTH_SECRET", "DB_PASSWORD_SERVER", "DB_PASSWORD_ADMIN", "DB_USER_ADMIN"] {
      variables[name] = nil
    }
    variables["DB_PASSWORD_ADMIN_FILE"] = sandbox.path + "/password"
    var reader = SecretReader(variables, directories: [vault, sandbox.path + "/none"])
    #expect(reader.value("ALGA_AUTH_KEY") == "quo\"ted $x")
    #expect(reader.value("NEXTAUTH_SECRET") == "a \"b\" $c \\d")
    #expect(reader.value("DB_USER_ADMIN") == "bare word")
    #expect(reader.value("DB_PASSWORD_SERVER") == "mounted in small letters")
    #expect(reader.value("DB_PASSWORD_ADMIN") == "from a file")
    #expect(reader.value("RESEND_API_KEY") == nil && reader.problems.isEmpty)
    let configuration = try Self.read(variables, [vault])
    #expect(configuration.authKey == "quo\"ted $x" && configuration.secrets.contains("from a file"))
    var direct = SecretReader(variables.merging(["ALGA_AUTH_KEY": "from a variable"]) { $1 }, directories: [vault])
    #expect(direct.value("ALGA_AUTH_KEY") == "from a variable")
  }

  @Test("files that everybody may read, that cannot be read, or that are no assignments are refused without a value")
  func refusedFiles() throws {
    let sandbox = try Sandbox()
    let vault = sandbox.path + "/vault"
    try FileManager.default.createDirectory(atPath: vault, withIntermediateDirectories: true)
    try Self.write("open-secret", sandbox.path + "/open", mode: 0o644)
    try Self.write("", sandbox.path + "/empty")
    try Self.write(
      "export A='1'\nexport B=$(cat hidden-word)\nexport 'C'=1\nexport D=\"hidden-word\nE=a b\n",
      vault + "/lines"
    )
    try Self.write("open-secret", vault + "/ALGA_AUTH_KEY", mode: 0o604)
    var variables = Self.valid
    for name in ["ALGA_AUTH_KEY", "NEXTAUTH_SECRET", "DB_PASSWORD_ADMIN", "DB_PASSWORD_SERVER"] {
      variables[name] = nil
    }
    variables["NEXTAUTH_SECRET_FILE"] = sandbox.path + "/open"
    variables["DB_PASSWORD_ADMIN_FILE"] = sandbox.path + "/none"
    variables["DB_PASSWORD_SERVER_FILE"] = sandbox.path + "/empty"
    let list = Self.problems(variables, [vault])
    let text = list.joined(separator: "\n")
    for words in [
      "'\(vault)/ALGA_AUTH_KEY' can be read or written by everybody", "NEXTAUTH_SECRET_FILE", "DB_PASSWORD_ADMIN_FILE",
      "DB_PASSWORD_SERVER_FILE", "line 2", "line 3", "line 4", "line 5", "ALGA_AUTH_KEY is not set",
    ] { #expect(text.contains(words), "\(words) is not in\n\(text)") }
    #expect(!text.contains("line 1 ") && !text.contains("open-secret") && !text.contains("hidden-word"))
  }
}
