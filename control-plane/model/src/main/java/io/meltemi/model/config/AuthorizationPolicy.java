package io.meltemi.model.config;

import java.util.List;
import java.util.Optional;

/// Who may call what (Istio: `security.istio.io/v1 AuthorizationPolicy`). Immutable.
///
/// No rules: an ALLOW policy that matches nothing, so that every request is denied.
///
/// @param targetRefs where there are some, the selector selects nothing
/// @param provider who decides about what matches, for the action CUSTOM: one of the mesh's
///   `extensionProviders`
/// @param dryRun whether it is only counted and logged what it would do (annotation
///   `istio.io/dry-run`)
public record AuthorizationPolicy(
        Metadata metadata,
        WorkloadSelector selector,
        List<TargetRef> targetRefs,
        Action action,
        Optional<String> provider,
        List<Rule> rules,
        boolean dryRun)
        implements ConfigResource {
    public AuthorizationPolicy {
        targetRefs = List.copyOf(targetRefs);
        rules = List.copyOf(rules);
    }

    @Override
    public Kind kind() {
        return Kind.AUTHORIZATION_POLICY;
    }

    public enum Action {
        ALLOW,
        DENY,
        /// What matches is marked for the logs, and passes.
        AUDIT,
        /// Somebody else decides about what matches, before all others.
        CUSTOM
    }

    /// Holds when one source, one operation and all conditions hold; an empty list holds always.
    public record Rule(List<Source> from, List<Operation> to, List<Condition> when) {
        public Rule {
            from = List.copyOf(from);
            to = List.copyOf(to);
            when = List.copyOf(when);
        }
    }

    /// What one attribute has to be; texts may be exact, `prefix*`, `*suffix` or `*`.
    ///
    /// @param any one of these, where there are some
    /// @param none and none of these
    public record Values(List<String> any, List<String> none) {
        public static final Values ALL = new Values(List.of(), List.of());

        public Values {
            any = List.copyOf(any);
            none = List.copyOf(none);
        }

        /// Whether nothing is asked.
        public boolean isEmpty() {
            return any.isEmpty() && none.isEmpty();
        }
    }

    /// Who calls; all that is asked must hold.
    ///
    /// @param requestPrincipals `issuer/subject` of a verified token
    /// @param serviceAccounts `NAMESPACE/NAME`, or a name in the policy's namespace
    /// @param ipBlocks of the connection: addresses or blocks (CIDR)
    /// @param remoteIpBlocks of the client, as far as proxies before this one are trusted
    public record Source(
            Values principals,
            Values requestPrincipals,
            Values serviceAccounts,
            Values namespaces,
            Values trustDomains,
            Values ipBlocks,
            Values remoteIpBlocks) {
        public static final Source ANYONE =
                new Source(
                        Values.ALL,
                        Values.ALL,
                        Values.ALL,
                        Values.ALL,
                        Values.ALL,
                        Values.ALL,
                        Values.ALL);
    }

    /// What is called; all that is asked must hold.
    ///
    /// @param paths also templates: `{*}` for a segment, `{**}` for any number of them
    /// @param ports numbers, as texts
    public record Operation(Values hosts, Values methods, Values paths, Values ports) {
        public static final Operation ANYTHING =
                new Operation(Values.ALL, Values.ALL, Values.ALL, Values.ALL);
    }

    /// @param key an attribute by Istio's name, e.g. `request.headers[x-user]`
    public record Condition(String key, Values values) {}
}
