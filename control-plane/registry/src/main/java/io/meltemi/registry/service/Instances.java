package io.meltemi.registry.service;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Locality;
import io.meltemi.model.service.Protocol;
import io.meltemi.model.service.ServicePort;
import io.meltemi.model.service.Workload;
import io.meltemi.registry.catalog.RefusedRegistrationException;
import io.meltemi.registry.catalog.Registration;
import io.meltemi.xds.proto.registry.Health;
import io.meltemi.xds.proto.registry.Instance;
import io.meltemi.xds.proto.registry.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Between the wire's instances and the catalog's registrations.
public final class Instances {
    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final int MAX_LABELS = 64;
    private static final int MAX_PORTS = 64;

    private Instances() {}

    /// @throws RefusedRegistrationException naming the field that is wrong
    public static Registration registration(Instance instance, TrustDomain trustDomain)
            throws RefusedRegistrationException {
        requireLabel("namespace", instance.getNamespace());
        requireLabel("workload", instance.getWorkload());
        if (!instance.getService().isEmpty()) {
            requireLabel("service", instance.getService());
        }
        requireAtMost("labels", instance.getLabelsCount(), MAX_LABELS);
        requireAtMost("ports", instance.getPortsCount(), MAX_PORTS);
        List<Registration.Port> ports = new ArrayList<>();
        for (Port port : instance.getPortsList()) {
            ports.add(port(port));
        }
        try {
            Workload workload =
                    new Workload(
                            instance.getWorkload(),
                            instance.getNamespace(),
                            instance.getApp(),
                            instance.getVersion(),
                            instance.getLabelsMap(),
                            new SpiffeId(
                                    trustDomain,
                                    instance.getNamespace(),
                                    instance.getServiceAccount()),
                            instance.getAddress(),
                            locality(instance.getLocality()));
            return new Registration(
                    instance.getService(), workload, ports, instance.getAcceptsMtls());
        } catch (IllegalArgumentException e) {
            throw new RefusedRegistrationException(
                    "workload " + instance.getWorkload() + ": " + e.getMessage());
        }
    }

    private static Locality locality(io.meltemi.xds.proto.registry.Locality locality) {
        return new Locality(locality.getRegion(), locality.getZone(), locality.getSubZone());
    }

    private static Registration.Port port(Port port) throws RefusedRegistrationException {
        requireLabel("port name", port.getName());
        try {
            Protocol protocol = Protocol.valueOf(port.getProtocol().toUpperCase(Locale.ROOT));
            return new Registration.Port(
                    new ServicePort(port.getName(), port.getServicePort(), protocol),
                    port.getTargetPort());
        } catch (IllegalArgumentException e) {
            throw new RefusedRegistrationException(
                    "port "
                            + port.getName()
                            + ": protocol '"
                            + port.getProtocol()
                            + "' is not http, http2, grpc or tcp, or its target port "
                            + port.getTargetPort()
                            + " is out of range");
        }
    }

    private static void requireLabel(String what, String value)
            throws RefusedRegistrationException {
        if (!DNS_LABEL.matcher(value).matches()) {
            throw new RefusedRegistrationException(
                    what + " '" + value + "' is not a DNS label (a-z, 0-9, '-', at most 63)");
        }
    }

    private static void requireAtMost(String what, int count, int most)
            throws RefusedRegistrationException {
        if (count > most) {
            throw new RefusedRegistrationException(
                    count + " " + what + " are too many, at most " + most);
        }
    }

    /// The wire's form of a registration.
    public static Instance instance(Registration registration) {
        Workload workload = registration.workload();
        Instance.Builder instance =
                Instance.newBuilder()
                        .setService(registration.service())
                        .setNamespace(workload.namespace())
                        .setServiceAccount(workload.identity().serviceAccount())
                        .setWorkload(workload.name())
                        .setApp(workload.app())
                        .setVersion(workload.version())
                        .putAllLabels(workload.labels())
                        .setAddress(workload.address())
                        .setLocality(
                                io.meltemi.xds.proto.registry.Locality.newBuilder()
                                        .setRegion(workload.locality().region())
                                        .setZone(workload.locality().zone())
                                        .setSubZone(workload.locality().subZone()))
                        .setAcceptsMtls(registration.acceptsMtls());
        for (Registration.Port port : registration.ports()) {
            instance.addPorts(
                    Port.newBuilder()
                            .setName(port.port().name())
                            .setServicePort(port.port().number())
                            .setTargetPort(port.targetPort())
                            .setProtocol(port.port().protocol().name().toLowerCase(Locale.ROOT)));
        }
        return instance.build();
    }

    /// Unspecified means healthy: an agent without a probe has nothing else to say.
    static Endpoint.Health health(Health health) {
        return switch (health) {
            case HEALTHY, HEALTH_UNSPECIFIED, UNRECOGNIZED -> Endpoint.Health.HEALTHY;
            case UNHEALTHY -> Endpoint.Health.UNHEALTHY;
            case DRAINING -> Endpoint.Health.DRAINING;
        };
    }
}
