internal import CUnixODBC

/// What the driver manager knows.
///
/// The look-ups read small files of the driver manager and run on a thread of their own.
public enum ODBC {
  /// The installed drivers, as `odbcinst -q -d` lists them.
  ///
  /// - Throws: ``ODBCError`` if the driver manager fails.
  public static func drivers() async throws -> [ODBCDriver] {
    try await self.onThread { try EnvironmentHandle().drivers() }
  }

  /// The data sources (DSN) of the user and of the system.
  ///
  /// - Throws: ``ODBCError`` if the driver manager fails.
  public static func dataSources() async throws -> [ODBCDataSource] {
    try await self.onThread { try EnvironmentHandle().dataSources() }
  }

  private static func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result
  {
    try await withCheckedThrowingContinuation { continuation in
      do {
        try DetachedThread.start {
          continuation.resume(with: Swift.Result { try body() })
        }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }
}
