internal import Synchronization

/// A named place at which a process kills itself: before or after the n-th call of one kind, or in the middle of a
/// write.
final class Failpoint: Sendable {
  /// What is counted.
  enum Place: String, CaseIterable, Sendable {
    /// Writing to a file.
    case write
    /// Making a file durable.
    case sync
    /// Making a directory's names durable.
    case syncDirectory
    /// Creating a file.
    case create
    /// Giving a file another name.
    case rename
    /// Removing a file.
    case unlink
    /// Answering a client.
    case ack
    /// Having a step's effect written down.
    case effect

    /// The highest number of the call that a draw may choose: about as many as a life has.
    var limit: Int {
      switch self {
      case .write, .sync: 250
      case .syncDirectory, .create, .rename, .unlink: 5
      case .ack: 200
      case .effect: 1200
      }
    }
  }

  /// On which side of the call.
  enum Side: String, CaseIterable, Sendable {
    case before, after
    /// Within a write: half of the bytes are there.
    case within
  }

  let place: Place
  let side: Side
  let number: Int
  private let calls = Atomic(0)

  init(_ place: Place, _ side: Side, number: Int) {
    self.place = place
    self.side = side
    self.number = number
  }

  /// A failpoint in its notation, `place:side:number`.
  init?(argument: String) {
    let parts = argument.split(separator: ":").map(String.init)
    guard parts.count == 3, let place = Place(rawValue: parts[0]), let side = Side(rawValue: parts[1]),
      let number = Int(parts[2])
    else { return nil }
    self.place = place
    self.side = side
    self.number = number
  }

  var argument: String { "\(place.rawValue):\(side.rawValue):\(number)" }

  /// The place and side without the number.
  var name: String { "\(side.rawValue) \(place.rawValue)" }

  /// A call reaches a side of a place: kills the process if it is the one.
  func reach(_ place: Place, _ side: Side) {
    if isHit(place, side) { killThisProcess() }
  }

  /// Counts a call; says whether it is the one.
  func isHit(_ place: Place, _ side: Side) -> Bool {
    guard place == self.place, side == self.side else { return false }
    return calls.add(1, ordering: .relaxed).newValue == number
  }

  /// One drawn at random; small numbers are likelier, so that opening and recovery are hit as well.
  static func draw(_ random: inout SeededRandom) -> Failpoint {
    let places = Place.allCases
    let place = places[random.below(places.count)]
    let sides: [Side] = place == .write ? [.before, .after, .within] : [.before, .after]
    let bound = 1 + random.below(place.limit)
    return Failpoint(place, sides[random.below(sides.count)], number: 1 + random.below(bound))
  }
}
