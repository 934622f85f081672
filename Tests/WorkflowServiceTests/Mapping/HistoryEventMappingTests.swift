import DurableWorkflows
import SwiftProtobuf
import Testing
import WorkflowServiceProtos

@testable import WorkflowService

@Suite("History events on the wire")
struct HistoryEventMappingTests {
  @Test("Every event survives the way through bytes", arguments: Sample.allEvents)
  func roundTrip(_ event: HistoryEvent) throws {
    let bytes: [UInt8] = try Wire.HistoryEvent(event, namespace: "default").serializedBytes()
    let message = try Wire.HistoryEvent(serializedBytes: bytes)
    #expect(message.eventType.rawValue == event.attributes.type.rawValue)
    #expect(try message.value() == event)
  }

  @Test("The samples cover every type that has a name")
  func completeness() {
    let types = Set(Sample.allEvents.map(\.attributes.type))
    let named = (1...60).map(EventType.init(rawValue:)).filter { !$0.description.hasPrefix("EventType") }
    #expect(types == Set(named))
  }

  @Test("Random events of every type survive", arguments: 0..<40)
  func randomRoundTrip(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    for event in random.events(count: 30) {
      let bytes: [UInt8] = try Wire.HistoryEvent(event, namespace: "default").serializedBytes()
      #expect(try Wire.HistoryEvent(serializedBytes: bytes).value() == event)
    }
  }

  @Test("Every failure survives with its causes", arguments: Sample.failures)
  func failures(_ failure: Failure) throws {
    let bytes: [UInt8] = try Wire.Failure(failure).serializedBytes()
    #expect(try Wire.Failure(serializedBytes: bytes).value("failure") == failure)
  }

  @Test("A chain of causes too deep for decoders is cut, and says so with its root")
  func deepFailure() throws {
    var failure = Failure(message: "root", info: .server(isNonRetryable: false))
    for number in 0..<500 {
      failure = Failure(message: "level \(number)", info: .server(isNonRetryable: false), cause: failure)
    }
    let event = HistoryEvent(
      id: 1, time: Sample.time,
      attributes: .workflowExecutionFailed(failure: failure, retryState: .timeout, workflowTaskCompletedEventID: 1))
    var history = Wire.HistoryResponse()
    history.history.events = [try Wire.HistoryEvent(event, namespace: "default")]
    let bytes: [UInt8] = try history.serializedBytes()
    let decoded = try Wire.HistoryResponse(serializedBytes: bytes)
    guard case .workflowExecutionFailed(let read, _, _, _) = try decoded.history.events[0].value().attributes else {
      Issue.record("not a failed event")
      return
    }
    #expect(read.message == "level 499")
    #expect(read.root.message.contains("the innermost: root"))
  }

  @Test("Events about other runs name their namespace", arguments: Sample.linkAttributes)
  func namespaces(_ attributes: EventAttributes) throws {
    let event = HistoryEvent(id: 5, time: Sample.time, attributes: attributes)
    let json = try Wire.HistoryEvent(event, namespace: "elsewhere").jsonString()
    let isLink = (22...24).contains(attributes.type.rawValue) || (29...39).contains(attributes.type.rawValue)
    #expect(json.contains(#""namespace":"elsewhere""#) == isLink, "\(json)")
  }

  @Test("A run that a reset made has its own id again; the original one stays")
  func resetRunID() throws {
    var started = WorkflowExecutionStartedAttributes(
      workflowType: "T", workflowID: "w", runID: Sample.runID, taskQueue: "q", input: [])
    started.originalRunID = Sample.otherRunID
    started.firstRunID = Sample.otherRunID
    let events = [
      HistoryEvent(id: 1, time: Sample.time, attributes: .workflowExecutionStarted(started)),
      HistoryEvent(
        id: 2, time: Sample.time,
        attributes: .workflowTaskFailed(
          scheduledEventID: 2, startedEventID: 3, cause: .resetWorkflow, failure: Sample.applicationFailure,
          identity: "", reset: WorkflowReset(baseRunID: Sample.otherRunID, newRunID: Sample.runID))),
    ]
    #expect(try HistoryJSON.events(HistoryJSON.data(events)) == events)
  }

  @Test("Workflow task failures carry Temporal's numbers")
  func causes() {
    #expect(Temporal_Api_Enums_V1_WorkflowTaskFailedCause(.workflowWorkerUnhandledFailure).rawValue == 14)
    #expect(Temporal_Api_Enums_V1_WorkflowTaskFailedCause(.resetWorkflow).rawValue == 20)
    #expect(Temporal_Api_Enums_V1_WorkflowTaskFailedCause(.nonDeterministicError).rawValue == 24)
  }

  @Test("An event of a type that this library does not read is named")
  func unknownType() throws {
    var message = Wire.HistoryEvent()
    message.eventID = 9
    message.eventType = .nexusOperationScheduled
    let error = #expect(throws: MappingError.self) { try message.value() }
    #expect(error?.field == "history.events[event_id 9].event_type")
    #expect(error?.reason.contains("48") == true)
  }

  @Test("A pause and its end need not be known to a worker, and may be told by their types alone", arguments: [58, 59])
  func pauses(_ type: Int) throws {
    let event = try #require(Sample.allEvents.first { $0.attributes.type.rawValue == type })
    #expect(try Wire.HistoryEvent(event, namespace: "default").workerMayIgnore)
    var bare = Wire.HistoryEvent()
    bare.eventID = 9
    bare.eventType = try #require(Wire.EventType(rawValue: type))
    let attributes = try bare.value().attributes
    #expect(attributes.type.rawValue == type)
    #expect(attributes != event.attributes)
    let others = Sample.allEvents.filter { ![58, 59].contains($0.attributes.type.rawValue) }
    #expect(try others.allSatisfy { try !Wire.HistoryEvent($0, namespace: "default").workerMayIgnore })
  }

  @Test("Times outside 64-bit nanoseconds are refused, the limits are not")
  func times() throws {
    for nanoseconds in [Int64.min, -1, 0, 1, Int64.max] {
      let time = Timestamp(nanosecondsSinceEpoch: nanoseconds)
      if nanoseconds > Int64.min + 1_000_000_000 {
        #expect(try Google_Protobuf_Timestamp(time).timestamp("t") == time)
      }
    }
    #expect(throws: MappingError.self) {
      try Google_Protobuf_Timestamp(seconds: 253_402_300_799, nanos: 0).timestamp("t")
    }
    #expect(throws: MappingError.self) { try Google_Protobuf_Timestamp(seconds: 0, nanos: -1).timestamp("t") }
    #expect(throws: MappingError.self) { try Google_Protobuf_Duration(seconds: 1, nanos: -1).duration("d") }
    #expect(throws: MappingError.self) { try Google_Protobuf_Duration(seconds: .max, nanos: 0).duration("d") }
    #expect(throws: MappingError.self) { try Google_Protobuf_Duration(seconds: -1, nanos: 0).timeout("d") }
  }
}
