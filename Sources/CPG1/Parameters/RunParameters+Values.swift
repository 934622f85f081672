/// The value of a query parameter before it is bound.
public enum ParameterValue: Sendable, Hashable {
  /// A day.
  case date(CivilDate)
  /// Text.
  case text(String)
  /// A whole number.
  case integer(Int64)
  /// Several values of one kind, for `IN`.
  case list([ParameterValue])
  /// Given, but without a value; cannot be bound.
  case null
}

extension RunParameters {
  /// The values for the placeholders of catalog queries, by name.
  public var queryValues: [String: ParameterValue] {
    let (year, month, _) = cutoff.components
    return [
      "cutoff_date": .date(cutoff),
      "cutoff_next_day": .date(cutoffNextDay),
      "year_start": .date(yearStart),
      "year_end": .date(yearEnd),
      "period_month_start": .date(cutoff.firstOfMonth),
      "subsequent_month_start": .date(cutoff.firstOfNextMonth),
      "year": .integer(Int64(year)),
      "month": .integer(Int64(month)),
      "fx_year": .integer(Int64(year)),
      "fx_month": .integer(Int64(month)),
      "fx_date": .date(cutoff),
      "gl_accounts": .list(glAccounts.map { .text($0) }),
      "group_gl_accounts": .list(groupGLAccounts.map { .text($0) }),
      "id_companies_active": .list(companies.map { .text($0) }),
      "currencies_needed": .list(currencies.map { .text($0) }),
    ]
  }

  /// The currencies of the companies in scope, sorted, and the US dollar.
  public var currencies: [String] {
    var names = Set(companies.compactMap { companyTable.entry($0)?.currency })
    names.insert("USD")
    return names.sorted()
  }
}
