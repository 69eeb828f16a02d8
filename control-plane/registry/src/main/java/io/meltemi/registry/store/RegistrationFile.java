package io.meltemi.registry.store;

import io.meltemi.base.identity.TrustDomain;
import io.meltemi.registry.catalog.RefusedRegistrationException;
import io.meltemi.registry.catalog.Registration;
import io.meltemi.registry.service.Instances;
import io.meltemi.xds.proto.registry.Instance;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the registrations on disk, so that a restarted control plane knows its instances before
/// they come back. Thread-safe.
///
/// A file of length-delimited instances, replaced as a whole; losing it costs one heartbeat, so a
/// write that fails is said and survived.
public final class RegistrationFile {
    private static final Logger LOG = LoggerFactory.getLogger(RegistrationFile.class);

    private final Path file;
    private final TrustDomain trustDomain;

    public RegistrationFile(Path file, TrustDomain trustDomain) {
        this.file = file;
        this.trustDomain = trustDomain;
    }

    /// What was saved last; empty when there is nothing or it cannot be read.
    public synchronized List<Registration> load() {
        List<Registration> registrations = new ArrayList<>();
        if (!Files.exists(file)) {
            return registrations;
        }
        try (InputStream in = Files.newInputStream(file)) {
            for (Instance i = Instance.parseDelimitedFrom(in);
                    i != null;
                    i = Instance.parseDelimitedFrom(in)) {
                registrations.add(Instances.registration(i, trustDomain));
            }
            return registrations;
        } catch (IOException | RefusedRegistrationException e) {
            LOG.warn(
                    "{} cannot be read ({}): instances are known again when they register",
                    file,
                    e.getMessage());
            return List.of();
        }
    }

    /// Replaces the file.
    public synchronized void save(Collection<Registration> registrations) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (OutputStream out = Files.newOutputStream(part)) {
                for (Registration registration : registrations) {
                    Instances.instance(registration).writeDelimitedTo(out);
                }
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("{} cannot be written: {}", file, e.toString());
        }
    }
}
