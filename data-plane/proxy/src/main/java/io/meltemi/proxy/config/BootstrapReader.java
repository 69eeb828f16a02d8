package io.meltemi.proxy.config;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import java.io.IOException;
import java.nio.file.Path;

/// Reads an Envoy bootstrap file: YAML, JSON or proto text, by its name. Immutable.
public final class BootstrapReader {
    private final MessageReader reader =
            new MessageReader(
                    Bootstrap.getDescriptor(),
                    "a bootstrap: expected a mapping with static_resources or so",
                    Extensions.registry());

    /// @throws IOException when the file cannot be read
    /// @throws ConfigRefusedException when it is not a bootstrap; names every unknown field
    public Bootstrap read(Path file) throws IOException, ConfigRefusedException {
        Bootstrap.Builder bootstrap = Bootstrap.newBuilder();
        reader.read(file, bootstrap);
        return bootstrap.build();
    }

    /// Reads YAML or JSON, which is YAML too.
    public Bootstrap tree(String text, String name) throws ConfigRefusedException {
        Bootstrap.Builder bootstrap = Bootstrap.newBuilder();
        reader.tree(text, name, bootstrap);
        return bootstrap.build();
    }
}
