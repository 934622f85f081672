internal import SwiftSyntax

/// The names of an actor's instance properties.
struct ActorProperties {
  /// All of them, stored and computed.
  private(set) var all: Set<String> = []
  /// Those declared with `let`.
  private(set) var constants: Set<String> = []

  init(_ members: MemberBlockItemListSyntax) {
    for variable in members.members(VariableDeclSyntax.self) where !variable.modifiers.isStatic {
      let names = variable.bindings.compactMap { $0.pattern.as(IdentifierPatternSyntax.self)?.identifier.plainText }
      all.formUnion(names)
      if variable.bindingSpecifier.tokenKind == .keyword(.let) { constants.formUnion(names) }
    }
  }
}

/// Tells what bodies of an actor do to its state and to the run, also through the actor's own methods.
///
/// It sees what the syntax of the actor's body tells; methods of extensions and of other types are taken for harmless.
final class PurityChecker {
  private let properties: ActorProperties
  private let methods: [String: [FunctionDeclSyntax]]
  private var known: [SyntaxIdentifier: Impurity?] = [:]

  init(_ members: MemberBlockItemListSyntax) {
    properties = ActorProperties(members)
    let methods = members.members(FunctionDeclSyntax.self).filter { !$0.modifiers.isStatic && $0.body != nil }
    self.methods = Dictionary(grouping: methods) { $0.name.plainText }
  }

  /// What the method or the property's getter does that a query or validator must not.
  func impurities(of member: DeclSyntax) -> [Impurity] {
    let finder = ImpurityFinder(properties: properties) { self.impurity(ofMethod: $0, call: $1) }
    if let function = member.as(FunctionDeclSyntax.self) {
      finder.walk(function)
    } else if let property = member.as(VariableDeclSyntax.self) {
      for body in property.bindings.flatMap(\.readers) { finder.walk(body) }
    }
    return finder.impurities
  }

  /// What a call of the actor's own method does; `nil` if one of the methods that may be meant is harmless.
  private func impurity(ofMethod name: String, call: FunctionCallExprSyntax?) -> Impurity? {
    let candidates = methods[name]?.filter { $0.accepts(call) } ?? []
    var found: Impurity?
    for candidate in candidates {
      guard let impurity = impurity(of: candidate) else { return nil }
      found = found ?? impurity
    }
    return found
  }

  private func impurity(of function: FunctionDeclSyntax) -> Impurity? {
    if let impurity = known[function.id] { return impurity }
    // A method that calls itself is judged by the rest of its body.
    known[function.id] = .some(nil)
    let impurity = impurities(of: DeclSyntax(function)).first
    known[function.id] = .some(impurity)
    return impurity
  }
}

extension FunctionDeclSyntax {
  /// Whether a call can mean this method, as far as labels, defaults and trailing closures tell.
  fileprivate func accepts(_ call: FunctionCallExprSyntax?) -> Bool {
    guard let call else { return true }
    var labels = call.arguments.map { $0.label?.plainText ?? "_" }[...]
    var closures = (call.trailingClosure == nil ? 0 : 1) + call.additionalTrailingClosures.count
    for parameter in signature.parameterClause.parameters {
      if labels.first == parameter.firstName.plainText {
        labels = labels.dropFirst()
      } else if parameter.defaultValue == nil {
        closures -= 1
      }
    }
    return labels.isEmpty && closures >= 0
  }
}

extension PatternBindingSyntax {
  /// The bodies that run when the property is read.
  fileprivate var readers: [Syntax] {
    switch accessorBlock?.accessors {
    case nil: return []
    case .getter(let body): return [Syntax(body)]
    case .accessors(let accessors):
      let writers = ["set", "willSet", "didSet", "_modify", "modify", "mutate"]
      return accessors.filter { !writers.contains($0.accessorSpecifier.text) }.compactMap { $0.body.map(Syntax.init) }
    }
  }
}
