package io.meltemi.proxy.xds;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.meltemi.proxy.config.Extensions;
import io.meltemi.proxy.config.MessageReader;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.xds.client.ResourceProblem;
import io.meltemi.xds.client.WorldResources;
import io.meltemi.xds.snapshot.XdsResource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a file says to one subscription. Immutable.
///
/// @param problems why some of it cannot be used, before anybody looks at the resources
record FileResponse(String version, List<XdsResource> resources, List<ResourceProblem> problems) {
    private static final MessageReader READER =
            new MessageReader(
                    DiscoveryResponse.getDescriptor(),
                    "a DiscoveryResponse: expected a mapping with resources",
                    Extensions.shownRegistry());

    FileResponse {
        resources = List.copyOf(resources);
        problems = List.copyOf(problems);
    }

    /// @throws IOException when the file cannot be read, or is no response of this type; says why
    static FileResponse read(Path path, Wish.Key key) throws IOException {
        DiscoveryResponse.Builder response = DiscoveryResponse.newBuilder();
        try {
            READER.read(path, response);
            WorldResources found = new WorldResources(key.type(), response.getVersionInfo());
            for (Any body : response.getResourcesList()) {
                found.add(body);
            }
            return of(response.getVersionInfo(), found, key);
        } catch (ConfigRefusedException e) {
            throw new IOException(e.getMessage(), e);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    /// Envoy: a file for one resource has that one or none.
    private static FileResponse of(String version, WorldResources found, Wish.Key key) {
        List<ResourceProblem> problems = new ArrayList<>(found.problems());
        List<XdsResource> all = found.all();
        if (!key.name().equals(Wish.ALL)) {
            if (all.size() > 1) {
                problems.add(
                        new ResourceProblem(
                                key.name(), "the file has " + all.size() + " resources, not one"));
            } else if (!all.isEmpty() && !all.getFirst().name().equals(key.name())) {
                problems.add(
                        new ResourceProblem(
                                key.name(),
                                "the file has '" + all.getFirst().name() + "' instead"));
            }
            if (!problems.isEmpty()) {
                all = List.of();
            }
        }
        return new FileResponse(version, all, problems);
    }
}
