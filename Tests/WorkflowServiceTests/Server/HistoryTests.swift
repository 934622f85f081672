import DurableWorkflows
import Foundation
import GRPCCore
import SwiftProtobuf
import Testing
import WorkflowServiceProtos

@testable import WorkflowService

@Suite("History over gRPC", .timeLimit(.minutes(1)))
struct HistoryTests {
  private func request(_ configure: (inout Wire.HistoryRequest) -> Void = { _ in }) -> Wire.HistoryRequest {
    var request = Wire.HistoryRequest.with {
      $0.namespace = "default"
      $0.execution.workflowID = "w"
    }
    configure(&request)
    return request
  }

  /// A frontend with a closed run: its token is the next event's id.
  private func closedRun(_ events: [HistoryEvent], largestPage: Int = 1000) -> ScriptedFrontend {
    ScriptedFrontend {
      $0.history = { request in
        let next = Int(String(decoding: request.nextPageToken, as: UTF8.self)) ?? 1
        let size = request.maximumPageSize > 0 ? min(request.maximumPageSize, largestPage) : largestPage
        let page = Array(events.drop { $0.id < next }.prefix(size))
        let following = (page.last?.id ?? 0) + 1
        return GetWorkflowExecutionHistoryResponse(
          events: page, nextPageToken: following > events.count ? [] : Array("\(following)".utf8), runID: Sample.runID)
      }
    }
  }

  @Test("The request reaches the engine whole, with the service's waiting time")
  func requestFields() async throws {
    let frontend = ScriptedFrontend()
    var configuration = WorkflowServiceServer.Configuration(port: 0)
    configuration.longPollTimeout = .seconds(3)
    try await withStub(of: frontend, configuration: configuration) { service in
      _ = try await service.getWorkflowExecutionHistory(
        request {
          $0.execution.runID = Sample.runID
          $0.maximumPageSize = 7
          $0.nextPageToken = .init([1, 2, 3])
          $0.waitNewEvent = true
          $0.historyEventFilterType = .closeEvent
        })
    }
    var expected = GetWorkflowExecutionHistoryRequest(
      execution: WorkflowExecution(workflowID: "w", runID: Sample.runID))
    expected.maximumPageSize = 7
    expected.nextPageToken = [1, 2, 3]
    expected.waitNewEvent = true
    expected.filter = .closeEvent
    expected.longPollTimeout = .seconds(3)
    #expect(frontend.requests == [.history(expected)])
  }

  @Test("Pages follow their tokens to the end", arguments: [1, 2, 3, 5, 100])
  func pages(_ size: Int) async throws {
    let events = Sample.history(signals: 8)
    try await withStub(of: closedRun(events)) { service in
      var read: [HistoryEvent] = []
      var token = Data()
      repeat {
        let page = try await service.getWorkflowExecutionHistory(
          request {
            $0.maximumPageSize = Int32(size)
            $0.nextPageToken = token
          })
        #expect(page.history.events.count <= size)
        read += try page.history.events.map { try $0.value() }
        token = page.nextPageToken
      } while !token.isEmpty
      #expect(read == events)
    }
  }

  @Test("Backwards, the pages are the same events, newest first", arguments: [1, 3, 4, 100], [2, 1000])
  func reversePages(_ size: Int, _ enginePage: Int) async throws {
    let events = Sample.history(signals: 8)
    try await withStub(of: closedRun(events, largestPage: enginePage)) { service in
      var read: [HistoryEvent] = []
      var token = Data()
      repeat {
        let next = token
        let page = try await service.getWorkflowExecutionHistoryReverse(
          .with {
            $0.namespace = "default"
            $0.execution.workflowID = "w"
            $0.maximumPageSize = Int32(size)
            $0.nextPageToken = next
          })
        #expect(page.history.events.count <= size)
        read += try page.history.events.map { try $0.value() }
        token = page.nextPageToken
      } while !token.isEmpty
      #expect(read == events.reversed())
    }
  }

  @Test("A page is kept within its size in bytes; one large event is still delivered")
  func pageSize() async throws {
    let large = Payload(encoding: Payload.binaryPlain, data: [UInt8](repeating: 7, count: 3000))
    let events = (1...9).map {
      HistoryEvent(
        id: Int64($0), time: Sample.time,
        attributes: .workflowExecutionSignaled(
          signalName: "s", input: [large], identity: "", header: [:], requestID: ""))
    }
    var configuration = WorkflowServiceServer.Configuration(port: 0)
    configuration.limits.historyPageSize = 7000
    try await withStub(of: closedRun(events), configuration: configuration) { service in
      var counts: [Int] = []
      var token = Data()
      repeat {
        let page = try await service.getWorkflowExecutionHistory(request { $0.nextPageToken = token })
        counts.append(page.history.events.count)
        token = page.nextPageToken
      } while !token.isEmpty
      #expect(counts.reduce(0, +) == 9)
      #expect(counts.allSatisfy { (1...2).contains($0) })
    }
  }

  @Test("The close event is delivered alone and without a token; a caller that does not wait gets neither")
  func closeEvent() async throws {
    let events = Sample.history(signals: 1)
    let frontend = ScriptedFrontend {
      $0.history = { request in
        // As careless as a frontend may be: everything, with a token.
        GetWorkflowExecutionHistoryResponse(
          events: request.waitNewEvent ? events : Array(events.dropLast()), nextPageToken: [9], runID: Sample.runID)
      }
    }
    try await withStub(of: frontend) { service in
      let running = try await service.getWorkflowExecutionHistory(
        request { $0.historyEventFilterType = .closeEvent })
      #expect(running.history.events.isEmpty)
      #expect(running.nextPageToken.isEmpty)
      let closed = try await service.getWorkflowExecutionHistory(
        request {
          $0.historyEventFilterType = .closeEvent
          $0.waitNewEvent = true
        })
      #expect(closed.history.events.map(\.eventType) == [.workflowExecutionCompleted])
      #expect(closed.nextPageToken.isEmpty)
    }
  }

  @Test("An empty page of a long poll keeps its token")
  func emptyPage() async throws {
    let frontend = ScriptedFrontend {
      $0.history = { _ in
        GetWorkflowExecutionHistoryResponse(events: [], nextPageToken: [4, 2], runID: Sample.runID)
      }
    }
    try await withStub(of: frontend) { service in
      for filter in [Temporal_Api_Enums_V1_HistoryEventFilterType.allEvent, .closeEvent] {
        let page = try await service.getWorkflowExecutionHistory(
          request {
            $0.waitNewEvent = true
            $0.historyEventFilterType = filter
          })
        #expect(page.history.events.isEmpty)
        #expect(Array(page.nextPageToken) == [4, 2])
      }
    }
  }

  @Test("Bad tokens, run ids, filters and sizes are refused with the field's name")
  func badRequests() async throws {
    try await withStub(of: ScriptedFrontend()) { service in
      let bad: [(String, Wire.HistoryRequest)] = [
        ("execution.workflow_id", request { $0.execution.workflowID = "" }),
        ("execution.run_id", request { $0.execution.runID = "not-a-uuid" }),
        ("maximum_page_size", request { $0.maximumPageSize = -1 }),
        ("history_event_filter_type", request { $0.historyEventFilterType = .UNRECOGNIZED(5) }),
      ]
      for (field, message) in bad {
        let error = await #expect(throws: RPCError.self) {
          _ = try await service.getWorkflowExecutionHistory(message)
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.hasPrefix(field) == true)
      }
      for token in ["x", "reverse 0 r", "reverse -1 r", "reverse 1", "reverse 1 ", "forward 1 r"] {
        let error = await #expect(throws: RPCError.self) {
          _ = try await service.getWorkflowExecutionHistoryReverse(
            .with {
              $0.namespace = "default"
              $0.execution.workflowID = "w"
              $0.nextPageToken = .init(token.utf8)
            })
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.hasPrefix("next_page_token") == true)
      }
    }
  }

  @Test("A long poll ends when its client gives up, even if the engine does not notice")
  func abandonedPoll() async throws {
    let (entered, enter) = AsyncStream<Void>.makeStream()
    let (left, leave) = AsyncStream<Void>.makeStream()
    let frontend = ScriptedFrontend {
      $0.history = { _ in
        enter.yield()
        await withTaskCancellationHandler {
          for await _ in AsyncStream<Void>(unfolding: { try? await Task.sleep(for: .seconds(3600)) }) {}
        } onCancel: {
          leave.yield()
        }
        throw CancellationError()
      }
    }
    try await withStub(of: frontend) { service in
      let poll = Task {
        _ = try await service.getWorkflowExecutionHistory(request { $0.waitNewEvent = true })
      }
      for await _ in entered { break }
      poll.cancel()
      for await _ in left { break }
      await #expect(throws: (any Error).self) { try await poll.value }
    }
  }
}

