public import ExampleSupport

/// What a tenant buys.
public enum ProductCode: String, Codable, Hashable, Sendable, CaseIterable {
  /// The whole service desk with billing.
  case psa
  /// The help desk alone.
  case algadesk
}

/// How much of it.
public enum TenantPlan: String, Codable, Hashable, Sendable, CaseIterable {
  /// One person.
  case solo
  /// A team.
  case pro
}

/// Who bills the tenant.
public enum BillingSource: String, Codable, Hashable, Sendable, CaseIterable {
  /// Stripe, after a checkout.
  case stripe
  /// Apple's in-app purchases.
  case appleIAP = "apple_iap"
  /// People.
  case manual
}

/// How the tenant's mail leaves.
public enum EmailProvider: String, Codable, Hashable, Sendable, CaseIterable {
  /// A server of the tenant's own.
  case smtp
  /// The shared provider.
  case resend
}

/// The state of a tenant.
public enum TenantStatus: String, Codable, Hashable, Sendable {
  /// In use.
  case active
  /// Being deleted: nobody can log in.
  case suspended
}

/// What a failed creation does with what exists already.
public enum RollbackPolicy: String, Codable, Hashable, Sendable {
  /// It is undone in reverse order.
  case automatic
  /// It stays for people to repair; the rollback activities can be called one by one.
  case manual
}

/// The first user.
public struct AdminUser: Codable, Hashable, Sendable {
  /// The first name.
  @OrEmpty public var firstName: String
  /// The last name.
  @OrEmpty public var lastName: String
  /// The address, which is also the login.
  @OrEmpty public var email: String
  /// The password; one is made up if it is absent.
  public var password: String?

  /// Creates a user.
  public init(firstName: String, lastName: String, email: String, password: String? = nil) {
    self.firstName = firstName
    self.lastName = lastName
    self.email = email
    self.password = password
  }
}

/// Where bills go.
public struct BillingAddress: Codable, Hashable, Sendable {
  /// Street and number.
  public var line1: String?
  /// The town.
  public var city: String?
  /// The code of the town.
  public var postalCode: String?
  /// The country, two letters.
  public var country: String?

  /// Creates an address.
  public init(line1: String? = nil, city: String? = nil, postalCode: String? = nil, country: String? = nil) {
    self.line1 = line1
    self.city = city
    self.postalCode = postalCode
    self.country = country
  }
}

/// Stripe's ids of a customer and what it bought.
public struct StripeDetails: Codable, Hashable, Sendable {
  /// The customer.
  public var customerID: String?
  /// The subscription.
  public var subscriptionID: String?
  /// The part of the subscription that is counted in licences.
  public var subscriptionItemID: String?
  /// The price of a licence.
  public var priceID: String?
  /// The price of the base.
  public var basePriceID: String?
  /// The part of the subscription that is the base.
  public var baseItemID: String?

  private enum CodingKeys: String, CodingKey {
    case customerID = "stripeCustomerId"
    case subscriptionID = "stripeSubscriptionId"
    case subscriptionItemID = "stripeSubscriptionItemId"
    case priceID = "stripePriceId"
    case basePriceID = "stripeBasePriceId"
    case baseItemID = "stripeBaseItemId"
  }

  /// Creates details.
  public init(customerID: String? = nil, subscriptionID: String? = nil) {
    self.customerID = customerID
    self.subscriptionID = subscriptionID
  }
}

/// Apple's ids of a purchase.
public struct ApplePurchase: Codable, Hashable, Sendable {
  /// The first transaction of the subscription.
  public var originalTransactionId: String
  /// The product.
  public var productId: String

  /// Creates a purchase.
  public init(originalTransactionId: String, productId: String) {
    self.originalTransactionId = originalTransactionId
    self.productId = productId
  }
}
