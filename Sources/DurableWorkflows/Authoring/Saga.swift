internal import Logging

/// Steps with compensations: when a later step fails or the workflow is cancelled, what was done is undone in reverse.
///
/// ```swift
/// try await context.withSaga { saga in
///   let flight = try await trips.bookFlight(order)
///   saga.addCompensation("flight") { try await trips.cancelFlight(flight) }
///   try await trips.bookHotel(order)
/// }
/// ```
public struct Saga: Sendable {
  /// Undoes one step. It runs in a shield: cancellation does not reach it.
  public typealias Compensation = @Sendable () async throws -> Void

  /// A compensation that failed.
  public struct FailedCompensation: Sendable {
    /// Its name.
    public var name: String
    /// Why.
    public var error: any Error
  }

  private var compensations: [(name: String, body: Compensation)] = []

  /// Creates a saga without steps.
  public init() {}

  /// Registers what undoes a step; register it before the step if the step may take effect without returning.
  public mutating func addCompensation(_ name: String = "", _ body: @escaping Compensation) {
    compensations.append((name, body))
  }

  /// Runs the compensations, the last registered first, in a shield. One that fails does not keep the others from
  /// running.
  ///
  /// - Returns: the compensations that failed.
  @discardableResult
  public mutating func compensate(in context: WorkflowContext) async throws -> [FailedCompensation] {
    let pending = compensations.reversed().map(\.self)
    compensations = []
    return try await context.withCancellationShield {
      var failed: [FailedCompensation] = []
      for (name, body) in pending {
        do {
          try await body()
        } catch let error where error is NonDeterminismError || error is WorkflowAbandonedError {
          throw error
        } catch {
          failed.append(FailedCompensation(name: name, error: error))
          context.logger.error("a compensation failed", metadata: ["compensation": "\(name)", "error": "\(error)"])
        }
      }
      return failed
    }
  }
}

extension WorkflowContext {
  /// Runs steps; if they throw, cancellation included, their compensations run in reverse order in a shield, and the
  /// steps' own error is thrown on. A compensation that fails is logged, handed to `onFailedCompensations`, and never
  /// masks the cause.
  public func withSaga<Value: Sendable>(
    isolation: isolated (any Actor)? = #isolation,
    onFailedCompensations: (([Saga.FailedCompensation]) -> Void)? = nil,
    _ body: (inout Saga) async throws -> Value
  ) async throws -> Value {
    var saga = Saga()
    do {
      return try await body(&saga)
    } catch let error where error is NonDeterminismError || error is WorkflowAbandonedError || error is ContinueAsNewError {
      throw error
    } catch {
      let failed = try await saga.compensate(in: self)
      if !failed.isEmpty { onFailedCompensations?(failed) }
      throw error
    }
  }
}
