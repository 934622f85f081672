internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.RetryPolicy {
  init(_ policy: RetryPolicy) {
    self.init()
    initialInterval = .init(policy.initialInterval)
    backoffCoefficient = policy.backoffCoefficient
    maximumInterval = .init(policy.maximumInterval)
    maximumAttempts = Int32(clamping: policy.maximumAttempts)
    nonRetryableErrorTypes = policy.nonRetryableErrorTypes
  }

  /// The policy; fields that are not set have Temporal's defaults.
  func value(_ field: String) throws -> RetryPolicy {
    let initial = hasInitialInterval ? try initialInterval.duration("\(field).initial_interval") : .seconds(1)
    let maximum = hasMaximumInterval ? try maximumInterval.duration("\(field).maximum_interval") : nil
    guard initial >= .zero, maximum.map({ $0 >= initial }) ?? true else {
      throw MappingError(field, "has intervals that are negative or whose maximum is below the initial interval")
    }
    guard backoffCoefficient == 0 || backoffCoefficient >= 1 else {
      throw MappingError("\(field).backoff_coefficient", "is \(backoffCoefficient); it must be at least 1")
    }
    guard maximumAttempts >= 0 else {
      throw MappingError("\(field).maximum_attempts", "is negative")
    }
    return RetryPolicy(
      initialInterval: initial, backoffCoefficient: backoffCoefficient == 0 ? 2 : backoffCoefficient,
      maximumInterval: maximum, maximumAttempts: Int(maximumAttempts), nonRetryableErrorTypes: nonRetryableErrorTypes)
  }
}
