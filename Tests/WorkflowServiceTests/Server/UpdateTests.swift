import DurableWorkflows
import Foundation
import GRPCCore
import GRPCProtobuf
import SwiftProtobuf
import Testing
import WorkflowServiceProtos

@testable import WorkflowService

@Suite("Updates over gRPC", .timeLimit(.minutes(1)))
struct UpdateTests {
  private func update(_ change: (inout Wire.UpdateRequest) -> Void = { _ in }) -> Wire.UpdateRequest {
    var request = Wire.UpdateRequest.with {
      $0.namespace = "default"
      $0.workflowExecution.workflowID = "w"
      $0.request = .init(Sample.update)
    }
    change(&request)
    return request
  }

  private func unit(
    start: Wire.StartRequest? = nil, update: Wire.UpdateRequest? = nil
  ) -> Wire.MultiOperationRequest {
    let start =
      start
      ?? .with {
        $0.workflowID = "w"
        $0.workflowType.name = "T"
        $0.taskQueue.name = "q"
      }
    return .with {
      $0.namespace = "default"
      $0.operations = [
        .with { $0.startWorkflow = start }, .with { $0.updateWorkflow = update ?? self.update() },
      ]
    }
  }

  @Test("Without a stage the outcome is waited for; without an id the update gets one")
  func defaults() async throws {
    let frontend = ScriptedFrontend()
    try await withStub(of: frontend) { [update] service in
      let answer = try await service.updateWorkflowExecution(update { $0.request.meta.updateID = "" })
      #expect(answer.stage == .completed)
      #expect(UUID(uuidString: answer.updateRef.updateID) != nil)
      #expect(answer.updateRef.workflowExecution.runID == Sample.runID)
      #expect(answer.hasOutcome)
    }
    guard case .update(let request) = frontend.requests.first else {
      Issue.record("no update arrived")
      return
    }
    #expect(request.waitStage == .completed)
    #expect(request.longPollTimeout == .seconds(20))
  }

  @Test("Nobody can wait for the admission of an update")
  func admitted() async throws {
    let frontend = ScriptedFrontend()
    try await withStub(of: frontend) { [update] service in
      let error = await #expect(throws: RPCError.self) {
        _ = try await service.updateWorkflowExecution(update { $0.waitPolicy.lifecycleStage = .admitted })
      }
      #expect(error?.code == .permissionDenied)
      let detail = try error?.unpackGoogleRPCStatus()?.detail(Wire.PermissionDenied.self)
      #expect(detail != nil)
    }
    #expect(frontend.requests.isEmpty)
  }

  @Test("Bad updates are refused with the field's name")
  func badUpdates() async throws {
    let frontend = ScriptedFrontend()
    let bad = [
      ("workflow_execution.workflow_id", update { $0.workflowExecution.workflowID = "" }),
      ("workflow_execution.run_id", update { $0.workflowExecution.runID = "x" }),
      ("first_execution_run_id", update { $0.firstExecutionRunID = "x" }),
      ("request.input.name", update { $0.request.input.name = "" }),
      ("request.meta.update_id", update { $0.request.meta.updateID = String(repeating: "x", count: 1001) }),
      ("wait_policy.lifecycle_stage", update { $0.waitPolicy.lifecycleStage = .UNRECOGNIZED(9) }),
    ]
    try await withStub(of: frontend) { service in
      for (field, message) in bad {
        let error = await #expect(throws: RPCError.self) { _ = try await service.updateWorkflowExecution(message) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.hasPrefix(field) == true, "\(error?.message ?? "")")
      }
      let error = await #expect(throws: RPCError.self) {
        _ = try await service.pollWorkflowExecutionUpdate(
          .with {
            $0.namespace = "default"
            $0.updateRef.workflowExecution.workflowID = "w"
          })
      }
      #expect(error?.message.hasPrefix("update_ref.update_id") == true)
    }
    #expect(frontend.requests.isEmpty)
  }

  @Test("A unit of operations is a start and an update of one workflow")
  func units() async throws {
    let frontend = ScriptedFrontend()
    let good = unit()
    let wrongs: [Wire.MultiOperationRequest] = [
      .with { $0.namespace = "default" },
      .with {
        $0.namespace = "default"
        $0.operations = Array(good.operations.reversed())
      },
      .with {
        $0.namespace = "default"
        $0.operations = [good.operations[0]]
      },
    ]
    try await withStub(of: frontend) { service in
      for wrong in wrongs {
        let error = await #expect(throws: RPCError.self) { _ = try await service.executeMultiOperation(wrong) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message == "Operations have to be exactly [Start, Update].")
      }
      let answer = try await service.executeMultiOperation(good)
      #expect(answer.responses.map { $0.startWorkflow.runID } == [Sample.runID, ""])
      #expect(answer.responses[1].updateWorkflow.stage == .accepted)
    }
    #expect(frontend.requests.count == 1)
  }

  @Test("The failure of a unit tells which operation was refused, and that the other was not tried")
  func unitFailures() async throws {
    let running = WorkflowServiceError(.alreadyStarted, "is running", runID: Sample.runID, startRequestID: "r")
    let frontend = ScriptedFrontend {
      $0.updateWithStart = {
        throw $0.update.name == "late" ? WorkflowServiceError(.notFound, "completed") : running
      }
    }
    let cases: [(Wire.MultiOperationRequest, [RPCError.Code], String)] = [
      (unit(), [.alreadyExists, .aborted], "is running"),
      (unit(update: update { $0.request.input.name = "late" }), [.aborted, .notFound], "completed"),
      (unit(start: .init()), [.invalidArgument, .aborted], "workflow_id is not set on the request"),
      (
        unit(update: update { $0.request.input.name = "" }), [.aborted, .invalidArgument],
        "request.input.name is not set on the request"
      ),
      (
        unit(update: update { $0.workflowExecution.workflowID = "other" }), [.aborted, .invalidArgument],
        "workflow_execution is not that of the start: the workflow id must be the same, run ids must not be set"
      ),
    ]
    try await withStub(of: frontend) { service in
      for (message, codes, text) in cases {
        let error = await #expect(throws: RPCError.self) { _ = try await service.executeMultiOperation(message) }
        #expect(error?.code == codes.first { $0 != .aborted })
        #expect(error?.message == "Update-with-Start could not be executed.")
        let unit = try error?.unpackGoogleRPCStatus()?.detail(Wire.MultiOperationFailure.self)
        let statuses = try #require(unit?.statuses)
        #expect(statuses.map(\.code) == codes.map { Int32($0.rawValue) })
        #expect(statuses.first { $0.code != 10 }?.message == text)
        let aborted = try #require(statuses.first { $0.code == 10 }?.details.first)
        #expect(aborted.typeURL == "type.googleapis.com/temporal.api.failure.v1.MultiOperationExecutionAborted")
        if codes[0] == .alreadyExists {
          let detail = try Wire.AlreadyStarted(unpackingAny: try #require(statuses[0].details.first))
          #expect(detail.runID == Sample.runID)
        }
      }
    }
  }
}
