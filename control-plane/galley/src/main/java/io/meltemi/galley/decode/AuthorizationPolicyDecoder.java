package io.meltemi.galley.decode;

import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.AuthorizationPolicy.Action;
import io.meltemi.model.config.AuthorizationPolicy.Operation;
import io.meltemi.model.config.AuthorizationPolicy.Rule;
import io.meltemi.model.config.AuthorizationPolicy.Source;
import io.meltemi.model.config.Metadata;
import java.util.List;
import java.util.Optional;

/// Reads an `AuthorizationPolicy`. Immutable.
final class AuthorizationPolicyDecoder {
    private static final Source ANYONE =
            new Source(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
    private static final Operation ANYTHING =
            new Operation(List.of(), List.of(), List.of(), List.of());

    private AuthorizationPolicyDecoder() {}

    static AuthorizationPolicy decode(Metadata metadata, ObjectReader spec) {
        spec.notYet("provider", "targetRef", "targetRefs");
        return new AuthorizationPolicy(
                metadata,
                SelectorDecoder.decode(spec),
                spec.choice("action", Action.class, "AUDIT", "CUSTOM").orElse(Action.ALLOW),
                spec.list("rules", AuthorizationPolicyDecoder::rule));
    }

    private static Rule rule(ObjectReader rule) {
        rule.notYet("when");
        return new Rule(
                rule.list("from", AuthorizationPolicyDecoder::from),
                rule.list("to", AuthorizationPolicyDecoder::to));
    }

    private static Source from(ObjectReader from) {
        Optional<Source> source = from.object("source", AuthorizationPolicyDecoder::source);
        if (source.isEmpty()) {
            from.missing("source");
        }
        return source.orElse(ANYONE);
    }

    private static Source source(ObjectReader source) {
        source.notYet(
                "ipBlocks",
                "notIpBlocks",
                "notRemoteIpBlocks",
                "notServiceAccounts",
                "notTrustDomains",
                "remoteIpBlocks",
                "serviceAccounts",
                "trustDomains");
        return new Source(
                source.strings("principals"),
                source.strings("notPrincipals"),
                source.strings("requestPrincipals"),
                source.strings("notRequestPrincipals"),
                source.strings("namespaces"),
                source.strings("notNamespaces"));
    }

    private static Operation to(ObjectReader to) {
        Optional<Operation> operation =
                to.object("operation", AuthorizationPolicyDecoder::operation);
        if (operation.isEmpty()) {
            to.missing("operation");
        }
        return operation.orElse(ANYTHING);
    }

    private static Operation operation(ObjectReader operation) {
        operation.notYet("hosts", "notHosts", "notPorts", "ports");
        return new Operation(
                operation.strings("methods"),
                operation.strings("notMethods"),
                operation.strings("paths"),
                operation.strings("notPaths"));
    }
}
