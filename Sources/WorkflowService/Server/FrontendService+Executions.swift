internal import DurableWorkflows
internal import GRPCCore
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension FrontendService {
  func startWorkflowExecution(
    request: Wire.StartRequest, context: ServerContext
  ) async throws -> Wire.StartResponse {
    try await answer(namespace: request.namespace) {
      .init(try await frontend.startWorkflowExecution(try request.value(validate)))
    }
  }

  func signalWorkflowExecution(
    request: Wire.SignalRequest, context: ServerContext
  ) async throws -> Wire.SignalResponse {
    try await answer(namespace: request.namespace) {
      try await frontend.signalWorkflowExecution(try request.value(validate))
      return .init()
    }
  }

  func queryWorkflow(request: Wire.QueryRequest, context: ServerContext) async throws -> Wire.QueryResponse {
    try await answer(namespace: request.namespace) {
      let query = try request.value(validate)
      let response = try await whileWanted { try await frontend.queryWorkflow(query) }
      return .with {
        switch response {
        case .result(let payloads): $0.queryResult = .init(payloads)
        case .rejected(let status): $0.queryRejected = .with { $0.status = .init(status) }
        }
      }
    }
  }

  func describeWorkflowExecution(
    request: Wire.DescribeRequest, context: ServerContext
  ) async throws -> Wire.DescribeResponse {
    try await answer(namespace: request.namespace) {
      let execution = try validate.execution(request.execution, "execution")
      return .init(
        try await frontend.describeWorkflowExecution(.init(namespace: request.namespace, execution: execution)))
    }
  }

  func requestCancelWorkflowExecution(
    request: Wire.CancelRequest, context: ServerContext
  ) async throws -> Wire.CancelResponse {
    try await answer(namespace: request.namespace) {
      try await frontend.requestCancelWorkflowExecution(try request.value(validate))
      return .init()
    }
  }

  func terminateWorkflowExecution(
    request: Wire.TerminateRequest, context: ServerContext
  ) async throws -> Wire.TerminateResponse {
    try await answer(namespace: request.namespace) {
      try await frontend.terminateWorkflowExecution(try request.value(validate))
      return .init()
    }
  }
}
