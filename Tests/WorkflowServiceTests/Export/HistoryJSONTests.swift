import DurableWorkflows
import Foundation
import Testing
import WorkflowService

@Suite("History as JSON")
struct HistoryJSONTests {
  @Test("Every event survives")
  func roundTrip() throws {
    #expect(try HistoryJSON.events(HistoryJSON.data(Sample.allEvents)) == Sample.allEvents)
    #expect(try HistoryJSON.events(Data(HistoryJSON.export(Sample.allEvents).utf8)) == Sample.allEvents)
  }

  @Test("The text is the one that Temporal's tools write")
  func golden() throws {
    let event = HistoryEvent(
      id: 5, time: Sample.time,
      attributes: .timerStarted(
        timerID: "1", startToFireTimeout: .milliseconds(1500), workflowTaskCompletedEventID: 4, summary: "wait"))
    #expect(
      try HistoryJSON.export([event])
        == #"{"events":[{"eventId":"5","eventTime":"2025-09-30T12:00:00.123456789Z","#
        + #""eventType":"EVENT_TYPE_TIMER_STARTED","#
        + #""timerStartedEventAttributes":{"timerId":"1","startToFireTimeout":"1.500s","#
        + #""workflowTaskCompletedEventId":"4"},"#
        + #""userMetadata":{"summary":{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"IndhaXQi"}}}]}"#)
  }

  @Test("Unknown fields are ignored, unknown events are named, nonsense is refused")
  func reading() throws {
    let known = #"{"events":[{"eventId":"1","eventTime":"2025-01-01T00:00:00Z","eventType":"EVENT_TYPE_TIMER_FIRED","#
      + #""taskId":"77","timerFiredEventAttributes":{"timerId":"9","novelty":true}}]}"#
    #expect(
      try HistoryJSON.events(Data(known.utf8)).map(\.attributes) == [.timerFired(timerID: "9", startedEventID: 0)])
    let unknown = #"{"events":[{"eventId":"3","eventType":"EVENT_TYPE_NEXUS_OPERATION_STARTED"}]}"#
    let error = #expect(throws: WorkflowServiceError.self) { try HistoryJSON.events(Data(unknown.utf8)) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("event_id 3") == true)
    #expect(throws: (any Error).self) { try HistoryJSON.events(Data("[]".utf8)) }
  }
}
