internal import Testing

@testable internal import DurableWorkflows

/// What counts as hogging the engine's thread.
@Suite("Stretches of user code")
struct StretchSightingTests {
  @Test("a stretch that ran all the time has lasted; so has one that slept")
  func lasting() {
    var sighting = StretchSighting(1, limit: .seconds(2), starvation: .seconds(50))
    #expect(sighting.seen(after: .seconds(2), starvation: .seconds(50)) == nil)
    var busy = StretchSighting(1, limit: .seconds(2), starvation: .zero)
    #expect(busy.seen(after: .milliseconds(2001), starvation: .milliseconds(90)) == nil, "a little is always lost")
  }

  @Test("time without a processor does not count: the watch looks again when the rest is over")
  func starving() {
    var sighting = StretchSighting(1, limit: .seconds(2), starvation: .seconds(50))
    #expect(sighting.seen(after: .seconds(2), starvation: .seconds(51)) == .seconds(1))
    #expect(sighting.seen(after: .seconds(1), starvation: .seconds(52)) == .seconds(1))
    #expect(sighting.seen(after: .seconds(5), starvation: .seconds(57)) == .seconds(1))
    #expect(sighting.seen(after: .seconds(1), starvation: .seconds(57)) == nil)
  }

  @Test("what Linux says of a thread is read; other text is not known")
  func reading() {
    #expect(ThreadStarvation.time(in: "222272 1111388 2\n") == .nanoseconds(1_111_388))
    for text in ["", "12", "a b c"] { #expect(ThreadStarvation.time(in: text) == nil) }
  }

  #if os(Linux)
    @Test("a thread finds its own")
    func own() throws {
      let starvation = try #require(ThreadStarvation())
      #expect(try #require(starvation.time) >= .zero)
    }
  #endif
}
