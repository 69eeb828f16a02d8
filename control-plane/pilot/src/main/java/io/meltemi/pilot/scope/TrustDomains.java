package io.meltemi.pilot.scope;

import io.meltemi.base.identity.TrustDomain;
import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.AuthorizationPolicy.Condition;
import io.meltemi.model.config.AuthorizationPolicy.Rule;
import io.meltemi.model.config.AuthorizationPolicy.Source;
import io.meltemi.model.config.AuthorizationPolicy.Values;
import io.meltemi.model.config.CaCertificate;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.RootSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The trust domain of the mesh, and those it had or will have (`trustDomainAliases`): an identity
/// of one is one of all; and those of others who are believed (`caCertificates`). Immutable.
///
/// @param all the mesh's own first
/// @param others who may call and be called, by identities of their own
/// @param roots who says whose certificates are believed
public record TrustDomains(List<TrustDomain> all, List<TrustDomain> others, Roots roots) {
    private static final String SCHEME = "spiffe://";

    /// `DOMAIN/ns/NAMESPACE/sa/ACCOUNT`.
    private static final int PARTS = 5;

    public TrustDomains {
        all = List.copyOf(all);
        others = List.copyOf(others);
    }

    /// Who tells proxies whom they believe.
    public enum Roots {
        /// The agent beside the proxy, which knows the mesh's own authority.
        OF_AGENT,
        /// The control plane, which knows others' too.
        OF_CONTROL_PLANE
    }

    /// A mesh that believes nobody else.
    public TrustDomains(List<TrustDomain> all) {
        this(all, List.of(), Roots.OF_AGENT);
    }

    /// As long as the mesh's own roots are not known, nobody else is believed: a proxy that knew
    /// only others' would refuse its own.
    static TrustDomains of(MeshSettings settings, RootSnapshot roots) {
        List<TrustDomain> all = new ArrayList<>(List.of(settings.trustDomain()));
        all.addAll(settings.config().trustDomainAliases());
        List<CaCertificate> written = settings.config().caCertificates();
        if (written.isEmpty() || !roots.isKnown()) {
            return new TrustDomains(all);
        }
        return new TrustDomains(
                all,
                written.stream()
                        .flatMap(certificate -> certificate.trustDomains().stream())
                        .filter(domain -> !all.contains(domain))
                        .distinct()
                        .toList(),
                Roots.OF_CONTROL_PLANE);
    }

    /// Each identity under the names of all domains.
    public List<String> identities(Iterable<String> written) {
        Set<String> found = new LinkedHashSet<>();
        for (String identity : written) {
            found.add(identity);
            int slash = identity.indexOf('/', SCHEME.length());
            if (identity.startsWith(SCHEME) && slash > 0) {
                all.stream()
                        .skip(1)
                        .forEach(alias -> found.add(SCHEME + alias + identity.substring(slash)));
            }
        }
        return List.copyOf(found);
    }

    /// A policy that means the identities of all domains where it names one of them.
    public AuthorizationPolicy spread(AuthorizationPolicy policy) {
        return new AuthorizationPolicy(
                policy.metadata(),
                policy.selector(),
                policy.targetRefs(),
                policy.action(),
                policy.provider(),
                policy.rules().stream().map(this::spread).toList(),
                policy.dryRun());
    }

    private Rule spread(Rule rule) {
        return new Rule(
                rule.from().stream().map(this::spread).toList(),
                rule.to(),
                rule.when().stream().map(this::spread).toList());
    }

    private Source spread(Source source) {
        return new Source(
                principals(source.principals()),
                source.requestPrincipals(),
                source.serviceAccounts(),
                source.namespaces(),
                domains(source.trustDomains()),
                source.ipBlocks(),
                source.remoteIpBlocks());
    }

    private Condition spread(Condition condition) {
        return switch (condition.key()) {
            case "source.principal" ->
                    new Condition(condition.key(), principals(condition.values()));
            case "source.trustDomain" ->
                    new Condition(condition.key(), domains(condition.values()));
            default -> condition;
        };
    }

    private Values domains(Values values) {
        return new Values(domains(values.any()), domains(values.none()));
    }

    private List<String> domains(List<String> written) {
        List<String> own = all.stream().map(TrustDomain::name).toList();
        return written.stream()
                .flatMap(domain -> own.contains(domain) ? own.stream() : List.of(domain).stream())
                .distinct()
                .toList();
    }

    private Values principals(Values values) {
        return new Values(principals(values.any()), principals(values.none()));
    }

    private List<String> principals(List<String> written) {
        return written.stream().flatMap(p -> principal(p).stream()).toList();
    }

    /// Istio: `cluster.local` stands for the mesh's own domain, whatever its name; a star for the
    /// domain means any, and a part of one those that it fits.
    private List<String> principal(String written) {
        String[] parts = written.split("/", -1);
        String domain = parts[0];
        if (parts.length != PARTS || domain.equals("*")) {
            return List.of(written);
        }
        boolean meansOurs =
                domain.equals(TrustDomain.CLUSTER_LOCAL.name())
                        || all.stream().anyMatch(own -> fits(domain, own.name()));
        if (!meansOurs) {
            return List.of(written);
        }
        return all.stream()
                .map(own ->
                        domain.startsWith("*") && fits(domain, own.name())
                                ? written
                                : own + written.substring(domain.length()))
                .distinct()
                .toList();
    }

    private static boolean fits(String pattern, String domain) {
        if (pattern.startsWith("*")) {
            return domain.endsWith(pattern.substring(1));
        }
        return pattern.endsWith("*")
                ? domain.startsWith(pattern.substring(0, pattern.length() - 1))
                : domain.equals(pattern);
    }
}
