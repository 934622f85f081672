internal import DurableWorkflows
internal import Synchronization

/// The mocks of an environment, looked up before the registered activities.
final class MockRegistry: Sendable {
  private let mocks = Mutex<[String: ActivityMock]>([:])

  func add(_ mock: ActivityMock) { mocks.withLock { $0[mock.name] = mock } }

  func definition(_ name: String) -> ActivityDefinition? {
    mocks.withLock { $0[name] }?.definition
  }
}
