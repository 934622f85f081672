import Foundation
import GRPCCore
import Testing
import WorkflowServiceProtos

@testable import WorkflowService

/// The documentation's page of the service.
@Suite("The page of the service")
struct ServicePageTests {
  @Test("Names every request that is served, and no other")
  func requests() throws {
    let package = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    let page = try String(
      contentsOf: package.appending(path: "Sources/DurableWorkflows/DurableWorkflows.docc/Service.md"), encoding: .utf8)
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }
    let named = rows.flatMap { row in
      row.split(separator: "|")[0].split(separator: "`").map(String.init).filter { $0.first?.isUppercase == true }
    }
    let served = Wire.WorkflowService.Method.descriptors + Wire.OperatorService.Method.descriptors
    #expect(Set(named) == Set(served.map(\.method)))
    #expect(Set(named).count == named.count)
  }
}
