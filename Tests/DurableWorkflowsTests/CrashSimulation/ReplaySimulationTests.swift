internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// The workflows of the suites about replay, versions and checks, killed at every durable write.
@Suite("Crashes at every write: replay", .timeLimit(.minutes(5)))
struct ReplaySimulationTests {
  private let fees: ActivityStubs = ["fee-v1": { _ in 1 }, "fee-v2": { _ in 2 }]
  private let shipments: ActivityStubs = ["pack": { _ in "packed" }, "wrap": { _ in "wrapped" }]
  private let voyages: ActivityStubs = ["sail": { _ in "sailed" }, "row": { _ in "rowed" }]
  private let books: ActivityStubs = ["book-v1": { _ in "booked by 1" }, "book-v2": { _ in "booked by 2" }]

  @Test("patches in all stages of their life")
  func patches() async throws {
    try await simulateRun(Fee.self, input: Empty(), activities: fees)
    try await simulateRun(PatchedFee.self, input: Empty(), activities: fees)
    try await simulateRun(LatePatchedFee.self, input: Empty(), activities: fees)
    try await simulateRun(DeprecatedFee.self, input: Empty(), activities: fees)
    try await simulateRun(NewFee.self, input: Empty(), activities: fees)
  }

  @Test("code that other code does not match")
  func mismatches() async throws {
    try await simulateRun(Shipping.self, input: Empty(), activities: shipments)
    try await simulateRun(WrappedShipping.self, input: Empty(), activities: shipments)
    try await simulateRun(HastyShipping.self, input: Empty(), activities: shipments)
    try await simulateRun(EagerShipping.self, input: Empty(), activities: shipments)
    try await simulateRun(Other.self, input: Empty())
    try await simulateRun(TextInput.self, input: "text")
    try await simulateRun(NumberInput.self, input: 7)
    try await simulateRun(Harmless.self, input: Empty(), activities: ["echo": { try $0.decode(0, as: String.self) }])
  }

  @Test("what a check reads")
  func checked() async throws {
    try await simulateRun(Voyage.self, input: "Ada", activities: voyages)
    try await simulateRun(ChangedVoyage.self, input: "Ada", activities: voyages)
    try await simulateRun(PatchedVoyage.self, input: "Ada", activities: voyages)
    try await simulateRun(VoyageV3.self, input: "Ada", activities: voyages)
    try await simulateRun(NumberVoyage.self, input: 3, activities: voyages)
    try await simulateRun(OtherItinerary.self, input: .init(steps: []), activities: ["a": { _ in "a" }])
    try await simulateRun(Pack.self, input: Empty(), activities: shipments)
    try await simulateRun(Wrap.self, input: Empty(), activities: shipments)
  }

  @Test("versions, and a parent whose children have them")
  func versions() async throws {
    try await simulateRun(LedgerV0.self, input: Empty())
    try await simulateRun(LedgerV2.self, input: LedgerPlan(), activities: books) { _, ledger in
      try await ledger.signal(name: "note")
    }
    try await simulate([LedgerV1.self, Books.self], activities: books) { life in
      let handle = try await life.client.start(Books.self, id: "b")
      // The second book is begun when the first has been noted and an hour is over.
      for (hour, id) in [(0, "first"), (2, "second")] {
        try await life.sleep(until: .minutes(hour * 60 + 1))
        try await life.client.handle(for: LedgerV1.self, id: id).signal(name: "note")
      }
      return try await handle.result()
    }
  }

  @Test("queries, signals whose handlers wait, conditions")
  func messages() async throws {
    try await simulateRun(
      Counter.self, input: Empty(), activities: ["draw": { try $0.decode(0, as: Int.self) }]
    ) { _, counter in
      try await counter.signal(name: "add")
      _ = try await counter.query(name: "count")
      try await counter.signal(name: "finish")
    }
    try await simulateRun(Closing.self, input: Empty(), activities: ["audit": { _ in Empty() }]) { _, closing in
      try await closing.signal(name: "note", input: [argument("read")])
      try await closing.signal(name: "finish")
    }
    try await simulateRun(ApprovalCondition.self, input: Empty())
    try await simulateRun(ApprovalCondition.self, input: Empty()) { _, approval in
      try await approval.signal(name: "approve")
    }
    try await simulateRun(Queue.self, input: 5) { _, queue in try await queue.signal(name: "open") }
  }

  @Test("values that are drawn, apart from the time")
  func values() async throws {
    try await simulate([Values.self], options: comparingOutcomes) { life in
      try await life.client.start(Values.self, id: "v").result().map { "\($0.id) \($0.number)" }
    }
  }

  @Test("an itinerary: messages, handlers made at run time, a child that is terminated, a continuation")
  func itinerary() async throws {
    let steps = ["act a", "listen", "wait", "start c", "sleep 60", "next", "adopt d", "wait", "act a"]
    try await simulate([Itinerary.self, Child.self], activities: ["a": { _ in "a" }]) { life in
      let trip = try await life.client.start(Itinerary.self, id: "trip", input: .init(steps: steps))
      try await trip.tell("one", signal: "later")
      try await life.sleep(until: .hours(1))
      let answer = try await trip.executeUpdate(Itinerary.ask, "two")
      return try await trip.result() + [answer]
    }
  }

  @Test("a program of the property tests")
  func program() async throws {
    let attempts = [
      Program.Activity.Attempt(duration: 0, ending: .failure(type: 1, isNonRetryable: false, nextDelay: nil)),
      .init(duration: 0, ending: .success(7)),
    ]
    let activity = Program.Activity(
      attempts: attempts, startToClose: 60_000_000_000, initialInterval: 1_000_000_000, doublesInterval: true,
      maximumInterval: 8_000_000_000, maximumAttempts: 0, cancellation: .tryCancel)
    let leaf = Program(root: .sequence([.sideEffect(3), .sleep(5_000_000_000), .fail(2)]))
    var program = Program(
      root: .sequence([
        .pair(.activity(0), .localActivity(0)), .catching(.child(0)),
        .timeout(3_600_000_000_000, .messages(channel: 1, count: 2, timeout: nil)), .continueAsNew(0),
      ]))
    program.continuations = [.parallel([.value(1), .shielded(.sleep(2_000_000_000))])]
    program.activities = [activity]
    program.children = [.init(program: leaf, cancellation: .tryCancel, closePolicy: .terminate)]
    let number = PropertySettings.nextNumber()
    ProgramTable.shared.insert(program, as: number, countsDraws: false)
    defer { ProgramTable.shared.remove(number) }
    try await simulateRun(
      ProgramWorkflow.self, input: ProgramInput(number: number).text, activities: EngineProgram.stubs
    ) { _, run in
      for _ in 0..<2 { try await run.signal(name: "signal", input: [1, -1, 0].map { try argument($0) }) }
    }
  }
}
