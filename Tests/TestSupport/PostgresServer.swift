internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A PostgreSQL server of the tests' own: a fresh cluster in a temporary directory, on a free port of 127.0.0.1.
///
/// The server stops, and its directory goes, when the test process ends for whatever reason: a shell holds the other
/// end of a pipe and waits for it to close.
public struct PostgresServer: Sendable {
  /// Always 127.0.0.1.
  public let host = "127.0.0.1"
  /// The TCP port.
  public let port: Int
  /// The superuser of the cluster.
  public let user = "postgres"
  /// The password of ``user``; logins need it.
  public let password: String
  /// The database that every cluster has.
  public let database = "postgres"

  /// Why there is no server.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  private final class Lifetime: Sendable {
    let process: Process
    let input: Pipe

    init(process: Process, input: Pipe) {
      self.process = process
      self.input = input
    }
  }

  private let lifetime: Lifetime
  private static let started = Task { try await PostgresServer.start() }

  /// The server that all tests of the process share. Use temporary tables, or a schema of your own.
  ///
  /// - Throws: ``Failure`` that says what to install, if there is no server program.
  public static func shared() async throws -> PostgresServer { try await self.started.value }

  private static func start() async throws -> PostgresServer {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(with: Result { try self.startBlocking() })
      }
    }
  }

  private static func startBlocking() throws -> PostgresServer {
    let programs = try self.programDirectory()
    let port = try self.freePort()
    let password = "pa;ss{w}or'd-\(UUID().uuidString)"
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("postgres-\(UUID().uuidString)").path
    let script = """
      set -eu
      umask 077
      mkdir "$DIRECTORY"
      printf '%s' "$PASSWORD" > "$DIRECTORY/password"
      trap 'rm -rf "$DIRECTORY"' EXIT
      "$PROGRAMS/initdb" -D "$DIRECTORY/data" -U postgres -E UTF8 --locale=C -A scram-sha-256 \
        --pwfile="$DIRECTORY/password" > "$DIRECTORY/log" 2>&1 < /dev/null || { cat "$DIRECTORY/log"; exit 1; }
      "$PROGRAMS/pg_ctl" -D "$DIRECTORY/data" -l "$DIRECTORY/log" -w -o "-p $PORT -c listen_addresses=127.0.0.1 \
        -c unix_socket_directories=$DIRECTORY -c fsync=off -c full_page_writes=off -c max_connections=200" \
        start > "$DIRECTORY/start" 2>&1 < /dev/null || { cat "$DIRECTORY/start" "$DIRECTORY/log"; exit 1; }
      echo READY
      cat > /dev/null || true
      "$PROGRAMS/pg_ctl" -D "$DIRECTORY/data" -m immediate -w stop > /dev/null 2>&1 < /dev/null || true
      """
    let process = Process()
    // The server refuses to run as root.
    if geteuid() == 0 {
      process.executableURL = URL(fileURLWithPath: "/usr/sbin/runuser")
      process.arguments = ["-u", "postgres", "--", "/bin/sh", "-c", script]
    } else {
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", script]
    }
    process.currentDirectoryURL = FileManager.default.temporaryDirectory
    var environment = ProcessInfo.processInfo.environment
    environment["DIRECTORY"] = directory
    environment["PROGRAMS"] = programs
    environment["PORT"] = String(port)
    environment["PASSWORD"] = password
    process.environment = environment
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    var text = ""
    while !text.contains("READY\n") {
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { throw Failure(description: "The PostgreSQL server of the tests did not start: \(text)") }
      text += String(decoding: data, as: UTF8.self)
    }
    return PostgresServer(port: port, password: password, lifetime: Lifetime(process: process, input: input))
  }

  private init(port: Int, password: String, lifetime: Lifetime) {
    self.port = port
    self.password = password
    self.lifetime = lifetime
  }

  private static func programDirectory() throws -> String {
    let versions = "/usr/lib/postgresql"
    let installed = (try? FileManager.default.contentsOfDirectory(atPath: versions)) ?? []
    let debian = installed.compactMap(Int.init).sorted(by: >).map { "\(versions)/\($0)/bin" }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    for directory in debian + path.split(separator: ":").map(String.init) {
      let programs = ["initdb", "pg_ctl", "postgres"].map { "\(directory)/\($0)" }
      if programs.allSatisfy({ FileManager.default.isExecutableFile(atPath: $0) }) { return directory }
    }
    throw Failure(
      description: "These tests need a PostgreSQL server and its ODBC driver: apt-get install postgresql odbc-postgresql"
    )
  }

  /// A port that was free a moment ago.
  private static func freePort() throws -> Int {
    #if canImport(Glibc)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    guard descriptor >= 0 else { throw Failure(description: "socket: errno \(errno)") }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, length) == 0 ? getsockname(descriptor, address, &length) : -1
      }
    }
    guard code == 0 else { throw Failure(description: "bind: errno \(errno)") }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
