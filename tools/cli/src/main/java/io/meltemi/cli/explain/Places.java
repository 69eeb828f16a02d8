package io.meltemi.cli.explain;

import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.Kind;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.diagnostic.Origin;
import io.meltemi.model.snapshot.ConfigSnapshot;
import io.meltemi.pilot.translate.ConfigMetadata;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the resources of a configuration are written. Immutable.
final class Places {
    /// Istio's name of a policy's rule.
    private static final Pattern RULE =
            Pattern.compile("ns\\[([^\\]]*)\\]-policy\\[([^\\]]*)\\]-rule\\[(\\d+)\\]");

    private final ConfigSnapshot config;
    private final Path folder;

    /// @param folder whose files are named by what follows it; as far as they lie in it
    Places(ConfigSnapshot config, Path folder) {
        this.config = config;
        this.folder = folder.toAbsolutePath().normalize();
    }

    /// `shop.yaml:12`, or empty.
    String of(ResourceKey key) {
        Sourced<ConfigResource> found = config.resources().get(key);
        return found == null ? "" : text(found.at());
    }

    /// The same for the path that a resource's metadata has.
    String ofPath(String path) {
        return ConfigMetadata.key(path).map(this::of).orElse("");
    }

    /// `AuthorizationPolicy shop/callers` of such a path; empty when it names nothing.
    static String name(String path) {
        return ConfigMetadata.key(path).map(Places::name).orElse("");
    }

    static String name(ResourceKey key) {
        return key.kind().kindName() + " " + key.namespace() + "/" + key.name();
    }

    private String text(Origin at) {
        String source = at.source();
        Path file = Path.of(source).toAbsolutePath().normalize();
        String shown = file.startsWith(folder) ? folder.relativize(file).toString() : source;
        return at.line() == 0 ? shown : shown + ":" + at.line();
    }

    /// A rule of an AuthorizationPolicy, by the name that proxies give it; empty for another name.
    static Optional<RuleName> rule(String policy) {
        Matcher matcher = RULE.matcher(policy);
        return matcher.find()
                ? Optional.of(
                        new RuleName(
                                new ResourceKey(
                                        Kind.AUTHORIZATION_POLICY,
                                        matcher.group(1),
                                        matcher.group(2)),
                                Integer.parseInt(matcher.group(3))))
                : Optional.empty();
    }

    /// @param index from 0
    record RuleName(ResourceKey policy, int index) {
        String text() {
            return policy.namespace() + "/" + policy.name() + " rule " + index;
        }
    }
}
