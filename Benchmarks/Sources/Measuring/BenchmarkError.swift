/// Why a measurement has no result.
public struct BenchmarkError: Error, CustomStringConvertible {
  /// One sentence for people.
  public var description: String

  /// Creates the error.
  public init(_ description: String) { self.description = description }
}
