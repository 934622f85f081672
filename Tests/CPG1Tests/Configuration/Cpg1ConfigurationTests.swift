import Logging
import ODBC
import Testing

@testable import CPG1

@Suite struct Cpg1ConfigurationTests {
  @Test func defaultsAreThoseOfTheOriginal() throws {
    let configuration = try Cpg1Configuration([:])
    #expect("\(configuration.address)" == "localhost:7233")
    #expect(configuration.address.bindHost == "127.0.0.1")
    #expect(configuration.namespace == "default")
    #expect(configuration.taskQueue == "cpg1-task-queue")
    #expect(configuration.environment == "dev")
    #expect(configuration.service == "soxauto-cpg1")
    #expect(configuration.logLevel == .info)
    #expect(configuration.country == nil && configuration.cutoff == nil)
  }

  @Test func addressWinsOverHost() throws {
    let both = ["TEMPORAL_ADDRESS": "a:1", "TEMPORAL_HOST": "b:2"]
    #expect("\(try Cpg1Configuration(both).address)" == "a:1")
    #expect("\(try Cpg1Configuration(["TEMPORAL_HOST": "[::1]:2", "TEMPORAL_ADDRESS": " "]).address)" == "[::1]:2")
  }

  @Test(arguments: [
    ("TEMPORAL_ADDRESS", "nowhere"), ("TEMPORAL_ADDRESS", "h:70000"), ("TEMPORAL_HOST", ":1"),
    ("TEMPORAL_HOST", "::1:7"),
    ("CUTOFF_DATE", "2025-02-30"), ("COUNTRY_CODE", "XX"), ("LOG_LEVEL", "loud"), ("USE_OKTA_AUTH", "perhaps"),
  ])
  func malformedValuesAreNamed(name: String, value: String) throws {
    let error = #expect(throws: CPG1Error.self) { _ = try Cpg1Configuration([name: value]) }
    #expect(error?.code == .configuration)
    #expect(error?.message.contains(name) == true && error?.message.contains(value) == true)
  }

  @Test func theDatabaseComesFromTheConnectionStringFirst() throws {
    let configuration = try Cpg1Configuration([
      "DB_CONNECTION_STRING": "DRIVER={SQLite3};Database=x;PWD=abcdef", "MSSQL_SERVER": "s", "AWS_SECRET_ID": "id",
    ])
    let string = try configuration.database().connectionString
    #expect(string.value(for: "database") == "x")
    #expect(!"\(string)".contains("abcdef"))
  }

  @Test func mssqlVariablesMakeAConnectionString() throws {
    let configuration = try Cpg1Configuration([
      "MSSQL_SERVER": "127.0.0.1,1433", "MSSQL_DATABASE": "AIG", "MSSQL_USER": "reader", "MSSQL_PASSWORD": "a;b}c ",
      "MSSQL_TRUST_SERVER_CERTIFICATE": "true", "MSSQL_DRIVER": "{ODBC Driver 17 for SQL Server}",
    ])
    let string = try configuration.database().connectionString
    #expect(string.value(for: "DRIVER") == "ODBC Driver 17 for SQL Server")
    #expect(string.value(for: "SERVER") == "127.0.0.1,1433")
    #expect(string.value(for: "PWD") == "a;b}c ")
    #expect(string.value(for: "Encrypt") == "yes")
    #expect(string.value(for: "TrustServerCertificate") == "yes")
    #expect(string.value(for: "ApplicationIntent") == "ReadOnly")
    #expect(try Cpg1Configuration(["MSSQL_DSN": "nav"]).database().connectionString.value(for: "DSN") == "nav")
  }

  @Test(arguments: [
    ([:], "DB_CONNECTION_STRING"),
    (["AWS_SECRET_ID": "prod/nav"], "AWS Secrets Manager"),
    (["DB_CONNECTION_STRING": "DRIVER={x"], "DB_CONNECTION_STRING"),
    (["MSSQL_SERVER": "s"], "MSSQL_USER"),
    (["MSSQL_SERVER": "s", "MSSQL_USER": "u"], "MSSQL_PASSWORD"),
    (["MSSQL_PASSWORD": "hidden-word"], "MSSQL_SERVER"),
    (["DB_CONNECTION_STRING": "a=b", "DB_ISOLATION": "none"], "DB_ISOLATION"),
    (["DB_CONNECTION_STRING": "a=b", "DB_QUERY_TIMEOUT": "0"], "DB_QUERY_TIMEOUT"),
  ])
  func aMissingOrMalformedDatabaseIsNamed(variables: [String: String], named: String) throws {
    let error = #expect(throws: CPG1Error.self) { _ = try Cpg1Configuration(variables).database() }
    #expect(error?.code == .configuration)
    #expect(error?.message.contains(named) == true, "\(String(describing: error))")
    #expect(error?.message.contains("hidden-word") == false)
  }
}
