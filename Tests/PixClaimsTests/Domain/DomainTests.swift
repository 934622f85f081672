import DurableWorkflows
import ExampleSupport
import Testing

@testable import PixClaims

@Suite("The domain")
struct DomainTests {
  @Test(
    "keys have the formats of their kinds",
    arguments: [
      ("12345678901", KeyType.cpf), ("12345678901234", .cnpj), ("ada@example.com", .email), ("+5511987654321", .phone),
      ("+551187654321", .phone), ("123e4567-e89b-12d3-a456-426614174000", .evp),
    ]
  )
  func keys(_ key: String, type: KeyType) throws {
    #expect(KeyType.of(key) == type)
    try type.check(key)
    for other in KeyType.allCases where other != type { #expect(throws: PixError.self) { try other.check(key) } }
  }

  @Test(
    "what has the format of no kind is no key",
    arguments: [
      "", "123", "1234567890a", "ada@", "@example.com", "ada@com", "a b@c.de", "+4411987654321", "+5511", "x-y",
    ]
  )
  func noKeys(_ key: String) { #expect(KeyType.of(key) == nil) }

  @Test("an ISPB has eight digits")
  func ispb() {
    #expect(ISPB.isValid("00000000") && ISPB.isValid("12345678"))
    for text in ["", "1234567", "123456789", "1234567a", "١٢٣٤٥٦٧٨"] { #expect(!ISPB.isValid(text)) }
  }

  @Test("a claim moves only along its ways; where it is already it stays, without an error")
  func transitions() throws {
    let allowed: [ClaimStatus: Set<ClaimStatus>] = [
      .open: [.waitingResolution, .confirmed, .cancelled, .expired, .pending, .transferFailed],
      .waitingResolution: [.confirmed, .cancelled, .expired, .pending, .transferFailed],
      .confirmed: [.completed, .cancelled, .transferFailed],
      .completed: [], .cancelled: [], .expired: [], .pending: [.cancelled],
      .transferFailed: [.completed, .cancelled, .expired],
    ]
    let time = Moment(microseconds: 1)
    for from in ClaimStatus.allCases {
      for to in ClaimStatus.allCases {
        let entry = PixWorld.entry(1)
        var claim = Claim(
          claimID: "C",
          entryID: "E",
          type: .ownership,
          key: entry.key,
          keyType: .cpf,
          status: from,
          donorISPB: PixWorld.owner,
          claimerISPB: PixWorld.claimer,
          completionPeriodEnd: time,
          expiresAt: time,
          createdAt: time
        )
        let before = claim
        if from == to {
          #expect(try !claim.move(to: to, at: time) && claim == before)
        } else if allowed[from]?.contains(to) == true {
          #expect(try claim.move(to: to, at: time), "\(from) to \(to)")
          #expect(claim.status == to)
        } else {
          let error = #expect(throws: PixError.self) { _ = try claim.move(to: to, at: time) }
          let isFinal = [.completed, .cancelled, .expired].contains(from)
          #expect(error?.code == (isFinal ? .claimAlreadyResolved : .invalidState), "\(from) to \(to)")
          #expect(claim == before)
        }
      }
    }
  }

  @Test("an infraction moves only along its ways, and a decision needs notes")
  func infractions() throws {
    var report = Infraction(
      infractionID: "I",
      key: "k",
      type: .other,
      description: "d",
      reporterISPB: PixWorld.owner
    )
    let time = Moment(microseconds: 1)
    #expect(throws: PixError.self) { _ = try report.move(to: .resolved, at: time) }
    #expect(try report.move(to: .underInvestigation, at: time))
    #expect(try report.move(to: .escalated, notes: "x", at: time))
    #expect(try !report.move(to: .escalated, notes: "y", at: time))
    #expect(throws: PixError.self) { _ = try report.move(to: .resolved, notes: "x", at: time) }
    #expect(try report.move(to: .dismissed, notes: "z", at: time))
    #expect(report.resolutionNotes == "z" && report.resolvedAt == time)
  }

  @Test("moments are read as they are written, to the microsecond")
  func moments() throws {
    for microseconds in [0, 1, 999_999, 1_767_225_600_123_456, 951_782_399_000_000, 4_102_444_799_999_999] as [Int64] {
      let moment = Moment(microseconds: microseconds)
      #expect(Moment(moment.description) == moment, "\(moment)")
    }
    #expect(Moment("2024-02-29T12:00:00Z") == Moment("2024-02-29 12:00:00"))
    #expect(Moment("2024-02-29T12:00:00.5Z")?.microseconds == 1_709_208_000_500_000)
    for text in ["", "2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "2024-01-01", "2024-01-01T24:00:00Z", "x"] {
      #expect(Moment(text) == nil, "\(text)")
    }
    #expect(Moment(Timestamp(nanosecondsSinceEpoch: -1)).microseconds == -1)
  }

  @Test("JSON goes through values unharmed")
  func json() throws {
    let text = #"{"a":[1,2.5,true,null,"x\"y"],"b":{"c":-9007199254740993}}"#
    #expect(try JSONValue(text: text).text == text)
  }
}
