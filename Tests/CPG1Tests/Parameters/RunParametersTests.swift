import Testing

@testable import CPG1

@Suite struct RunParametersTests {
  @Test func derivedDates() throws {
    let parameters = try RunParameters(cutoffDate: "2024-02-29", companies: ["ci"])
    let values = parameters.queryValues
    func text(_ name: String) -> String? {
      switch values[name] {
      case .date(let date): date.description
      case .integer(let number): String(number)
      default: nil
      }
    }
    #expect(text("cutoff_next_day") == "2024-03-01")
    #expect(text("year_start") == "2024-01-01")
    #expect(text("year_end") == "2024-02-29")
    #expect(text("period_month_start") == "2024-02-01")
    #expect(text("subsequent_month_start") == "2024-03-01")
    #expect(text("fx_year") == "2024" && text("fx_month") == "2" && text("month") == "2")
    #expect(parameters.companies == ["EC_IC"])
    #expect(parameters.currencies == ["USD", "XOF"])
    #expect(parameters.period == "202402")
    #expect(parameters.groupGLAccounts == parameters.glAccounts)
  }

  @Test func sampleParameters() throws {
    let parameters = try SampleData.parameters()
    let json = try SampleData.json("params.json")
    #expect(parameters.cutoffNextDay.description == json["cutoff_next_day"]?.string)
    #expect(parameters.yearEnd.description == json["year_end"]?.string)
    #expect(OrderedJSON.strings(parameters.glAccounts) == json["gl_accounts"])
    #expect(OrderedJSON.strings(parameters.companies) == json["id_companies_active"])
    #expect(parameters.glAccounts == RunParameters.standardGLAccounts)
  }

  @Test func defaultCutoffIsTheLastDayOfThePreviousMonth() throws {
    for (today, cutoff) in [("2025-10-01", "2025-09-30"), ("2025-01-15", "2024-12-31"), ("2024-03-31", "2024-02-29")] {
      #expect(RunParameters.defaultCutoff(today: try #require(CivilDate(today))).description == cutoff)
    }
  }

  @Test func wrongParametersAreNamed() throws {
    func message(_ body: () throws -> RunParameters) -> String {
      let error = #expect(throws: CPG1Error.self) { _ = try body() }
      return error?.message ?? ""
    }
    #expect(message { try RunParameters(cutoffDate: "2025-09-31") }.contains("cutoff_date is '2025-09-31'"))
    #expect(message { try RunParameters(cutoffDate: "30.09.2025") }.contains("YYYY-MM-DD"))
    #expect(
      message { try RunParameters(cutoffDate: "2025-09-30", companies: []) }.contains("id_companies_active is empty")
    )
    #expect(message { try RunParameters(cutoffDate: "2025-09-30", companies: ["TZ"]) }.contains("'TZ'"))
    #expect(message { try RunParameters(cutoffDate: "2025-09-30", companies: [" "]) }.contains("blank"))
    #expect(message { try RunParameters(cutoffDate: "2025-09-30", glAccounts: []) }.contains("gl_accounts is empty"))
    #expect(message { try RunParameters(cutoffDate: "2025-09-30", glAccounts: [""]) }.contains("blank account"))
    #expect(message { try RunParameters(cutoffDate: "2025-09-30", groupGLAccounts: []) }.contains("group_gl_accounts"))
    #expect(
      message {
        try RunParameters(cutoffDate: "2025-09-30", yearStart: "2025-02-01", yearEnd: "2025-01-01")
      }.contains("after year_end")
    )
    #expect(throws: CPG1Error.self) { _ = try CompanyTable(entries: []) }
    #expect(throws: CPG1Error.self) {
      let entry = CompanyTable.Entry(country: "NG", company: "EC_NG", currency: "NGN")
      _ = try CompanyTable(entries: [entry, entry])
    }
  }

  @Test func countryCodesMeanCompanies() {
    let expected = [
      " ng\u{A0}": "EC_NG", "GH": "JD_GH", "CI": "EC_IC", "SN": "HF_SN", "KE": "EC_KE", "UG": "JD_UG", "DZ": "JD_DZ",
      "EG": "JM_EG", "MA": "EC_MA", "ec_xx": "EC_XX",
    ]
    for (text, company) in expected { #expect(CompanyTable.standard.company(text) == company) }
    #expect(CompanyTable.standard.company(" \u{A0}") == nil)
  }
}
