import DurableWorkflows
import GRPCCore
import SwiftProtobuf
import Testing
import WorkflowServiceProtos

@testable import WorkflowService

@Suite("Activities completed from elsewhere, over gRPC", .timeLimit(.minutes(1)))
struct ActivityCompletionTests {
  @Test("The last heartbeat of a failed attempt is recorded before its failure")
  func lastHeartbeat() async throws {
    let frontend = ScriptedFrontend()
    try await withStub(of: frontend) { service in
      _ = try await service.respondActivityTaskFailed(
        .with {
          $0.namespace = "default"
          $0.taskToken = .init([1])
          $0.failure = .init(Sample.applicationFailure)
          $0.lastHeartbeatDetails = .init([Sample.payload])
        })
    }
    #expect(
      frontend.requests == [
        .heartbeat(RecordActivityTaskHeartbeatRequest(activity: .token([1]), details: [Sample.payload])),
        .respondActivity(
          RespondActivityTaskRequest(activity: .token([1]), outcome: .failed(Sample.applicationFailure))),
      ])
  }

  @Test("Bad references are refused with the field's name")
  func badReferences() async throws {
    let frontend = ScriptedFrontend()
    let bad: [(String, Wire.CompletedByIDRequest)] = [
      ("namespace", .init()),
      ("workflow_id", .with { $0.namespace = "default" }),
      (
        "run_id",
        .with {
          $0.namespace = "default"
          $0.workflowID = "w"
          $0.runID = "x"
        }
      ),
      (
        "activity_id",
        .with {
          $0.namespace = "default"
          $0.workflowID = "w"
        }
      ),
    ]
    try await withStub(of: frontend) { service in
      for (field, message) in bad {
        let error = await #expect(throws: RPCError.self) {
          _ = try await service.respondActivityTaskCompletedById(message)
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.hasPrefix(field) == true, "\(error?.message ?? "")")
      }
      let error = await #expect(throws: RPCError.self) {
        _ = try await service.recordActivityTaskHeartbeat(.with { $0.namespace = "default" })
      }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.hasPrefix("task_token") == true)
    }
    #expect(frontend.requests.isEmpty)
  }
}
