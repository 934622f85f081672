internal import CUnixODBC

/// An ODBC environment, set to ODBC 3. Every connection has its own, so that none waits for another inside the
/// driver manager, whatever its threading level.
final class EnvironmentHandle {
  let raw: SQLHENV

  init() throws {
    var handle: SQLHANDLE?
    let result = SQLAllocHandle(SQLSMALLINT(SQL_HANDLE_ENV), nil, &handle)
    guard succeeded(result), let handle else {
      throw ODBCError(
        code: .resourceExhausted,
        operation: "SQLAllocHandle",
        message: "The driver manager refused an environment."
      )
    }
    self.raw = handle
    let version = UnsafeMutableRawPointer(bitPattern: Int(SQL_OV_ODBC3))
    let status = SQLSetEnvAttr(handle, SQL_ATTR_ODBC_VERSION, version, 0)
    guard succeeded(status) else {
      let error = DiagnosticReader.error(.environment(handle), operation: "SQLSetEnvAttr")
      throw error
    }
  }

  deinit { SQLFreeHandle(SQLSMALLINT(SQL_HANDLE_ENV), self.raw) }

  func drivers() throws -> [ODBCDriver] {
    var drivers: [ODBCDriver] = []
    try self.list("SQLDrivers") { direction, name, nameLength, detail, detailLength in
      SQLDrivers(
        self.raw, direction, name.baseAddress, SQLSMALLINT(name.count), nameLength,
        detail.baseAddress, SQLSMALLINT(detail.count), detailLength
      )
    } body: { name, detail in
      // The attributes are `KEY=VALUE` texts, each ended by a NUL.
      var attributes: [String: String] = [:]
      for entry in detail.split(separator: 0) {
        let parts = entry.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { continue }
        attributes[String(decoding: parts[0], as: UTF8.self)] = String(decoding: parts[1], as: UTF8.self)
      }
      drivers.append(ODBCDriver(name: name, attributes: attributes))
    }
    return drivers
  }

  func dataSources() throws -> [ODBCDataSource] {
    var sources: [ODBCDataSource] = []
    try self.list("SQLDataSources") { direction, name, nameLength, detail, detailLength in
      SQLDataSources(
        self.raw, direction, name.baseAddress, SQLSMALLINT(name.count), nameLength,
        detail.baseAddress, SQLSMALLINT(detail.count), detailLength
      )
    } body: { name, detail in
      sources.append(ODBCDataSource(name: name, driver: String(decoding: detail, as: UTF8.self)))
    }
    return sources
  }

  private typealias Lister = (
    SQLUSMALLINT, UnsafeMutableBufferPointer<SQLCHAR>, UnsafeMutablePointer<SQLSMALLINT>,
    UnsafeMutableBufferPointer<SQLCHAR>, UnsafeMutablePointer<SQLSMALLINT>
  ) -> SQLRETURN

  private func list(_ operation: String, _ next: Lister, body: (String, ArraySlice<UInt8>) -> Void) throws {
    var name = [SQLCHAR](repeating: 0, count: 512)
    var detail = [SQLCHAR](repeating: 0, count: 8192)
    var direction = SQLUSMALLINT(SQL_FETCH_FIRST)
    while true {
      var nameLength: SQLSMALLINT = 0
      var detailLength: SQLSMALLINT = 0
      let result = name.withUnsafeMutableBufferPointer { name in
        detail.withUnsafeMutableBufferPointer { next(direction, name, &nameLength, $0, &detailLength) }
      }
      if result == SQL_NO_DATA { return }
      guard succeeded(result) else { throw DiagnosticReader.error(.environment(self.raw), operation: operation) }
      let nameEnd = min(max(0, Int(nameLength)), name.count - 1)
      let detailEnd = min(max(0, Int(detailLength)), detail.count - 1)
      body(String(decoding: name[..<nameEnd], as: UTF8.self), detail[..<detailEnd])
      direction = SQLUSMALLINT(SQL_FETCH_NEXT)
    }
  }
}

/// Whether a call did what it was asked to, perhaps with a warning.
func succeeded(_ result: SQLRETURN) -> Bool { result == SQL_SUCCESS || result == SQL_SUCCESS_WITH_INFO }
