internal import Foundation

/// A run of the workload as its client sees it: what it asked for, and what it was told.
struct ScriptedRun {
  enum Verb: String { case start, signal, update, result }

  /// What a client knows of a request.
  enum Answer: Hashable {
    /// It was not sent, or the process that it was sent to died before it answered.
    case none
    case acknowledged(String)
    /// A repeated request was refused because the run has gone on without it: the first one had arrived.
    case settled
  }

  struct Request {
    var verb: Verb
    var argument: String
    var answer = Answer.none
    /// Whether it was sent to an earlier process.
    var isRepeated = false
    /// Whether the present process has it.
    var isSent = false
  }

  let id: String
  let plan: LedgerPlan
  var requests: [Request]
  var runID = ""

  init(id: String, plan: LedgerPlan) throws {
    self.id = id
    self.plan = plan
    let input = String(decoding: try JSONEncoder().encode(plan), as: UTF8.self)
    requests = [Request(verb: .start, argument: input)]
    for number in 0..<plan.signals { requests.append(Request(verb: .signal, argument: String(number + 1))) }
    for number in 0..<plan.updates { requests.append(Request(verb: .update, argument: String(number + 1))) }
    requests.append(Request(verb: .result, argument: ""))
  }

  var isStarted: Bool { requests[0].answer != .none }
  var isFinished: Bool { requests[requests.count - 1].answer != .none }

  /// The requests that can be sent to the present process.
  var sendable: [Int] {
    let last = isStarted ? requests.count : 1
    return (0..<last).filter { !requests[$0].isSent && requests[$0].answer == .none }
  }

  /// The process is gone: what it did not answer is asked again.
  mutating func forgetProcess() {
    for index in requests.indices where requests[index].isSent && requests[index].answer == .none {
      requests[index].isSent = false
      requests[index].isRepeated = true
    }
  }

  /// Takes in an answer: `ok value`, or `no code run-id message`.
  ///
  /// - Returns: what is wrong with it; `nil` if it is as it should be.
  mutating func take(_ answer: ArraySlice<String>, to index: Int) -> String? {
    let fields = Array(answer)
    guard fields.count >= 2 else { return "the worker's answer to \(id) is not whole: \(fields)" }
    let request = requests[index]
    if fields[0] == "ok" {
      requests[index].answer = .acknowledged(fields[1])
      if index == 0 { runID = fields[1] }
      return nil
    }
    let isKnown = request.verb == .start ? fields[1] == "alreadyStarted" : fields[1] == "notFound"
    guard request.isRepeated, isKnown, request.verb != .result, fields.count >= 4 else {
      return "\(request.verb) \(request.argument) of \(id) was refused: \(fields.dropFirst().joined(separator: " "))"
    }
    requests[index].answer = .settled
    if index == 0 { runID = fields[2] }
    return nil
  }
}
