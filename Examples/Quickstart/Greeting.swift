import DurableWorkflows

/// Greets people by post: the shortest program that survives being killed.
@ActivityContainer
struct Letters {
  @Activity(startToClose: .seconds(10))
  func write(to name: String) -> String { "Hello, \(name)!" }
}

@Workflow
actor Greeting {
  func run(input name: String) async throws -> String {
    let letters = context.activities(Letters.self)
    let letter = try await letters.write(to: name)
    try await context.sleep(for: .seconds(1))
    return letter + " It is " + (try await letters.write(to: "again"))
  }
}
