package io.meltemi.model.config;

import java.util.List;

/// Who may call what (Istio: `security.istio.io/v1 AuthorizationPolicy`). Immutable.
///
/// No rules: an ALLOW policy that matches nothing, so that every request is denied.
public record AuthorizationPolicy(
        Metadata metadata, WorkloadSelector selector, Action action, List<Rule> rules)
        implements ConfigResource {
    public AuthorizationPolicy {
        rules = List.copyOf(rules);
    }

    @Override
    public Kind kind() {
        return Kind.AUTHORIZATION_POLICY;
    }

    public enum Action {
        ALLOW,
        DENY
    }

    /// Holds when one source and one operation hold; an empty list holds always.
    public record Rule(List<Source> from, List<Operation> to) {
        public Rule {
            from = List.copyOf(from);
            to = List.copyOf(to);
        }
    }

    /// All non-empty fields must hold; values may be exact, `prefix*`, `*suffix` or `*`.
    ///
    /// @param requestPrincipals `issuer/subject` of a verified token
    public record Source(
            List<String> principals,
            List<String> notPrincipals,
            List<String> requestPrincipals,
            List<String> notRequestPrincipals,
            List<String> namespaces,
            List<String> notNamespaces) {
        public Source {
            principals = List.copyOf(principals);
            notPrincipals = List.copyOf(notPrincipals);
            requestPrincipals = List.copyOf(requestPrincipals);
            notRequestPrincipals = List.copyOf(notRequestPrincipals);
            namespaces = List.copyOf(namespaces);
            notNamespaces = List.copyOf(notNamespaces);
        }
    }

    /// All non-empty fields must hold; values as in [Source].
    public record Operation(
            List<String> methods,
            List<String> notMethods,
            List<String> paths,
            List<String> notPaths) {
        public Operation {
            methods = List.copyOf(methods);
            notMethods = List.copyOf(notMethods);
            paths = List.copyOf(paths);
            notPaths = List.copyOf(notPaths);
        }
    }
}
