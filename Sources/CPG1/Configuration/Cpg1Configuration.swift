public import Logging
internal import ODBC

/// What the environment says, with the variables of the original program. Every malformed value is an error that names
/// the variable and the remedy.
public struct Cpg1Configuration: Sendable {
  /// The front door: where the worker listens and clients connect. `TEMPORAL_ADDRESS`, else `TEMPORAL_HOST`, else
  /// localhost:7233.
  public let address: ServiceAddress
  /// `TEMPORAL_NAMESPACE`, else `default`.
  public let namespace: String
  /// `TEMPORAL_TASK_QUEUE`, else `cpg1-task-queue`.
  public let taskQueue: String
  /// `COUNTRY_CODE`: the default country of runs.
  public let country: String?
  /// `CUTOFF_DATE`: the default cutoff of runs.
  public let cutoff: CivilDate?
  /// `ENV`, else `dev`; in every log line.
  public let environment: String
  /// `SOX_SERVICE`, else `soxauto-cpg1`; in every log line.
  public let service: String
  /// `LOG_LEVEL`, else info.
  public let logLevel: Logger.Level
  /// `GIT_COMMIT_ID`, else `unknown`; in the evidence.
  public let gitCommitID: String
  /// `AWS_REGION`, `AWS_PROFILE` and `USE_OKTA_AUTH` as given. Nothing uses them yet: see ``database()``.
  public let aws: AWS
  private let values: Environment

  /// The settings of AWS, recorded for a later version.
  public struct AWS: Sendable, Hashable {
    /// `AWS_SECRET_ID`.
    public let secretID: String?
    /// `AWS_REGION`, else `eu-west-1`.
    public let region: String
    /// `AWS_PROFILE`.
    public let profile: String?
    /// `USE_OKTA_AUTH`.
    public let usesOkta: Bool
  }

  /// Reads the environment.
  ///
  /// - Parameter variables: the environment's variables; blank ones count as absent.
  /// - Throws: ``CPG1Error/Code/configuration``.
  public init(_ variables: [String: String]) throws {
    let values = Environment(variables)
    self.values = values
    if let text = values["TEMPORAL_ADDRESS"] {
      address = try ServiceAddress(text, name: "TEMPORAL_ADDRESS")
    } else if let text = values["TEMPORAL_HOST"] {
      address = try ServiceAddress(text, name: "TEMPORAL_HOST")
    } else {
      address = .standard
    }
    namespace = values["TEMPORAL_NAMESPACE"] ?? "default"
    taskQueue = values["TEMPORAL_TASK_QUEUE"] ?? "cpg1-task-queue"
    country = try values["COUNTRY_CODE"].map { try Self.country($0) }
    cutoff = try values["CUTOFF_DATE"].map { text in
      guard let date = CivilDate(text) else {
        throw CPG1Error(
          .configuration,
          "CUTOFF_DATE is '\(text)', which is not a date; write an existing day as YYYY-MM-DD, such as 2025-09-30"
        )
      }
      return date
    }
    environment = values["ENV"] ?? "dev"
    service = values["SOX_SERVICE"] ?? "soxauto-cpg1"
    logLevel = try Self.level(values["LOG_LEVEL"])
    gitCommitID = values["GIT_COMMIT_ID"] ?? "unknown"
    aws = AWS(
      secretID: values["AWS_SECRET_ID"],
      region: values["AWS_REGION"] ?? "eu-west-1",
      profile: values["AWS_PROFILE"],
      usesOkta: try values.flag("USE_OKTA_AUTH") ?? false
    )
  }

  /// How to reach the database: `DB_CONNECTION_STRING`, else the variables `MSSQL_…`.
  ///
  /// - Throws: ``CPG1Error/Code/configuration`` when there is none, it is malformed, or only `AWS_SECRET_ID` is given.
  public func database() throws -> DatabaseSettings {
    var settings: DatabaseSettings
    if let text = values["DB_CONNECTION_STRING"] {
      do {
        settings = DatabaseSettings(connectionString: try ODBCConnectionString(text))
      } catch let error as ODBCError {
        // The parser's message tells the position, never the text.
        throw CPG1Error(
          .configuration,
          "DB_CONNECTION_STRING is malformed: \(error.message) "
            + "Write KEY=VALUE pairs separated by ';', values with ';' in braces"
        )
      }
    } else if let server = try mssql() {
      settings = DatabaseSettings(connectionString: server)
    } else if let secret = aws.secretID {
      throw CPG1Error(
        .configuration,
        "AWS_SECRET_ID is '\(secret)', but this version does not read AWS Secrets Manager; "
          + "put the secret's content into DB_CONNECTION_STRING"
      )
    } else {
      throw CPG1Error(
        .configuration,
        "DB_CONNECTION_STRING is not set; set it to an ODBC connection string such as "
          + "'DRIVER={ODBC Driver 18 for SQL Server};SERVER=127.0.0.1,1433;DATABASE=…;UID=…;PWD=…', "
          + "or set MSSQL_SERVER "
          + "and the other MSSQL_ variables"
      )
    }
    if let text = values["DB_ISOLATION"] { settings.isolation = try Self.isolation(text) }
    if let text = values["DB_QUERY_TIMEOUT"] {
      guard let seconds = Int(text), (1...1740).contains(seconds) else {
        throw CPG1Error(.configuration, "DB_QUERY_TIMEOUT is '\(text)'; write whole seconds from 1 to 1740")
      }
      settings.queryTimeout = .seconds(seconds)
    }
    return settings
  }

  private func mssql() throws -> ODBCConnectionString? {
    let dsn = values["MSSQL_DSN"]
    let server = values["MSSQL_SERVER"]
    guard dsn != nil || server != nil else {
      if let other = ["MSSQL_DRIVER", "MSSQL_DATABASE", "MSSQL_USER", "MSSQL_PASSWORD"].first(where: {
        values[$0] != nil
      }) {
        throw CPG1Error(
          .configuration,
          "\(other) is set, but neither MSSQL_SERVER nor MSSQL_DSN is; set one, or DB_CONNECTION_STRING"
        )
      }
      return nil
    }
    var entries: [(String, String)] = []
    if let dsn {
      entries.append(("DSN", dsn))
    } else if let server {
      var driver = values["MSSQL_DRIVER"] ?? "ODBC Driver 18 for SQL Server"
      if driver.hasPrefix("{"), driver.hasSuffix("}") { driver = String(driver.dropFirst().dropLast()) }
      entries += [("DRIVER", driver), ("SERVER", server)]
    }
    if let database = values["MSSQL_DATABASE"] { entries.append(("DATABASE", database)) }
    if let user = values["MSSQL_USER"] {
      guard let password = values.secret("MSSQL_PASSWORD") else {
        throw CPG1Error(.configuration, "MSSQL_USER is set, but MSSQL_PASSWORD is not; set both")
      }
      entries += [("UID", user), ("PWD", password)]
    } else if dsn == nil {
      throw CPG1Error(.configuration, "MSSQL_SERVER is set, but MSSQL_USER is not; set MSSQL_USER and MSSQL_PASSWORD")
    }
    if dsn == nil {
      entries.append(("Encrypt", try values.flag("MSSQL_ENCRYPT") ?? true ? "yes" : "no"))
      entries.append(
        ("TrustServerCertificate", try values.flag("MSSQL_TRUST_SERVER_CERTIFICATE") ?? false ? "yes" : "no")
      )
    }
    entries.append(("ApplicationIntent", "ReadOnly"))
    var string = ODBCConnectionString()
    do {
      for (key, value) in entries { try string.set(key, value) }
    } catch let error as ODBCError {
      throw CPG1Error(.configuration, "the MSSQL_ variables give no connection string: \(error.message)")
    }
    return string
  }

  /// The texts that must never appear in a log.
  public var secrets: [String] {
    ["DB_CONNECTION_STRING", "MSSQL_PASSWORD"].compactMap { values.secret($0) }
  }

  private static func country(_ text: String) throws -> String {
    guard let entry = CompanyTable.standard.entry(text) else {
      let known = CompanyTable.standard.entries.map(\.country).joined(separator: ", ")
      throw CPG1Error(.configuration, "COUNTRY_CODE is '\(text)', which is not one of \(known); correct or unset it")
    }
    return entry.country
  }

  private static func level(_ text: String?) throws -> Logger.Level {
    guard let text else { return .info }
    let aliases = ["warn": "warning", "fatal": "critical"]
    let name = text.lowercased()
    guard let level = Logger.Level(rawValue: aliases[name] ?? name) else {
      let names = Logger.Level.allCases.map { $0.rawValue.uppercased() }.joined(separator: ", ")
      throw CPG1Error(.configuration, "LOG_LEVEL is '\(text)', which is not one of \(names); correct or unset it")
    }
    return level
  }

  private static func isolation(_ text: String) throws -> ODBCIsolationLevel {
    switch text.lowercased() {
    case "snapshot": .snapshot
    case "serializable": .serializable
    case "repeatable-read": .repeatableRead
    default:
      throw CPG1Error(
        .configuration,
        "DB_ISOLATION is '\(text)'; write snapshot, serializable or repeatable-read"
      )
    }
  }
}

/// The variables, blank ones absent.
struct Environment: Sendable {
  private let variables: [String: String]

  init(_ variables: [String: String]) { self.variables = variables }

  subscript(name: String) -> String? { variables[name].flatMap { TextRules.trimmed($0) } }

  /// A value whose blanks count.
  func secret(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

  func flag(_ name: String) throws -> Bool? {
    guard let text = self[name] else { return nil }
    switch text.lowercased() {
    case "true", "1", "yes", "on": return true
    case "false", "0", "no", "off": return false
    default: throw CPG1Error(.configuration, "\(name) is '\(text)'; write true or false")
    }
  }
}
