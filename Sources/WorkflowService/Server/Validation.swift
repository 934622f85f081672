internal import DurableWorkflows
internal import FoundationEssentials
internal import SwiftProtobuf
internal import WorkflowServiceProtos

/// Checks of requests before they reach the engine. Every refusal names the field.
struct Validation: Sendable {
  var limits: WorkflowServiceServer.Configuration.Limits

  /// An id or name: present, and no longer than the limit.
  func name(_ value: String, _ field: String) throws -> String {
    guard !value.isEmpty else { throw MappingError(field, "is not set on the request") }
    guard value.utf8.count <= limits.idLength else {
      throw MappingError(
        field, "is \(value.utf8.count) bytes long, which exceeds the length limit of \(limits.idLength)")
    }
    return value
  }

  /// A reference to a run: its workflow id is present, its run id is empty or a UUID.
  func execution(_ execution: Wire.WorkflowExecution, _ field: String) throws -> WorkflowExecution {
    WorkflowExecution(
      workflowID: try name(execution.workflowID, "\(field).workflow_id"),
      runID: try runID(execution.runID, "\(field).run_id"))
  }

  /// A run id: empty or a UUID.
  func runID(_ value: String, _ field: String) throws -> String {
    guard value.isEmpty || UUID(uuidString: value) != nil else {
      throw MappingError(field, "'\(value.prefix(100))' is not a UUID: Invalid RunId")
    }
    return value
  }

  /// Arguments or results within the size limit.
  func payloads(_ payloads: Wire.Payloads, _ field: String) throws -> [Payload] {
    try size(payloads.byteCount, field, limit: limits.blobSize)
    return payloads.values
  }

  /// Named values within a size limit, in bytes.
  func fields(_ fields: [String: Wire.Payload], _ field: String, limit: Int) throws -> [String: Payload] {
    try size(fields.byteCount, field, limit: limit)
    return fields.mapValues(\.value)
  }

  /// A header within the size limit.
  func header(_ header: Wire.Header) throws -> [String: Payload] {
    try fields(header.fields, "header", limit: limits.blobSize)
  }

  /// Refuses sizes above a limit, both in bytes.
  func size(_ size: Int, _ field: String, limit: Int) throws {
    guard size <= limit else {
      throw MappingError(field, "has \(size) bytes, which exceeds the size limit of \(limit)")
    }
  }

  /// A page size; 0 means the service's own.
  func pageSize(_ value: Int32, _ field: String) throws -> Int {
    guard value >= 0 else { throw MappingError(field, "is negative") }
    return Int(value)
  }
}
