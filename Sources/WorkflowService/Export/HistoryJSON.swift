public import DurableWorkflows
public import FoundationEssentials
internal import SwiftProtobuf
internal import WorkflowServiceProtos

/// Histories as the JSON that `temporal workflow show -o json` prints and the replayers of Temporal's SDKs read.
///
/// It is the proto3 JSON of `temporal.api.history.v1.History`: `EVENT_TYPE_…` names, 64-bit numbers as strings,
/// durations as `"1.5s"`, times as RFC 3339, payload data as base64.
public enum HistoryJSON {
  /// The JSON text, in UTF-8, of a history.
  ///
  /// - Parameters:
  ///   - events: the events of one run in order of their ids.
  ///   - namespace: the run's; events about other runs name it.
  /// - Throws: `JSONEncodingError` if a time or duration is outside what the format can express.
  public static func data(_ events: [HistoryEvent], namespace: String = "default") throws -> Data {
    try history(events, namespace: namespace).jsonUTF8Data()
  }

  /// The JSON text of a history; see ``data(_:namespace:)``.
  public static func export(_ events: [HistoryEvent], namespace: String = "default") throws -> String {
    try history(events, namespace: namespace).jsonString()
  }

  /// Reads what ``export(_:namespace:)`` or Temporal's tools wrote. Fields that this library does not know are ignored.
  ///
  /// - Throws: `JSONDecodingError` if the text is not such JSON; ``WorkflowServiceError`` with code
  ///   `invalidArgument`, naming the field, if an event is of a type that this library does not read.
  public static func events(_ data: Data) throws -> [HistoryEvent] {
    var options = JSONDecodingOptions()
    options.ignoreUnknownFields = true
    let history = try Wire.History(jsonUTF8Data: data, options: options)
    do {
      return try history.events.map { try $0.value() }.naming()
    } catch let error as MappingError {
      throw WorkflowServiceError(.invalidArgument, error.description)
    }
  }

  private static func history(_ events: [HistoryEvent], namespace: String) throws -> Wire.History {
    var history = Wire.History()
    history.events = try events.map { try Wire.HistoryEvent($0, namespace: namespace) }
    return history
  }
}
