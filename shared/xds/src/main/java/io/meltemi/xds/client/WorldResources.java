package io.meltemi.xds.client;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.meltemi.xds.message.Anys;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The resources of a response that has all of a type: their names are in themselves. Confined to
/// one response.
public final class WorldResources {
    /// The name is the first field of every type served.
    private static final int NAME_TAG = WireFormat.FieldType.STRING.getWireType() | (1 << 3);

    private final ResourceType type;
    private final String version;
    private final List<XdsResource> found = new ArrayList<>();
    private final List<ResourceProblem> problems = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    public WorldResources(ResourceType type, String version) {
        this.type = type;
        this.version = version;
    }

    /// Takes one resource of the response, by itself or in a wrapper that names it.
    ///
    /// @throws InvalidProtocolBufferException when it is of another type or cannot be read: then
    ///   nothing of the response can be used
    public void add(Any body) throws InvalidProtocolBufferException {
        if (Anys.is(body, Resource.class)) {
            Resource wrapped = Anys.unpack(body, Resource.class);
            add(wrapped.getResource(), wrapped.getName());
        } else {
            add(body, "");
        }
    }

    private void add(Any body, String given) throws InvalidProtocolBufferException {
        if (!body.getTypeUrl().equals(type.typeUrl())) {
            throw new InvalidProtocolBufferException(
                    "a resource " + DiscoveryCall.mismatch(body.getTypeUrl(), type));
        }
        String name = given.isEmpty() ? name(body.getValue()) : given;
        if (names.add(name)) {
            found.add(new XdsResource(type, name, version, body));
        } else {
            problems.add(new ResourceProblem(name, "duplicate: is in the response twice"));
        }
    }

    private static String name(ByteString message) throws InvalidProtocolBufferException {
        try {
            CodedInputStream in = message.newCodedInput();
            String name = "";
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == NAME_TAG) {
                    name = in.readStringRequireUtf8();
                } else {
                    in.skipField(tag);
                }
            }
            return name;
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            throw new InvalidProtocolBufferException(e);
        }
    }

    /// In the order of the response.
    public List<XdsResource> all() {
        return List.copyOf(found);
    }

    List<XdsResource> wanted(Wanted wanted) {
        return found.stream().filter(resource -> wanted.wants(resource.name())).toList();
    }

    public List<ResourceProblem> problems() {
        return List.copyOf(problems);
    }
}
