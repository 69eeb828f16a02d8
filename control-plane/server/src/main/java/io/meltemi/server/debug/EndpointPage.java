package io.meltemi.server.debug;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.PortEndpoint;
import io.meltemi.pilot.scope.PortView;

/// `/debug/endpointz`: who answers for each port of each service. Immutable.
///
/// istiod (debug.go, endpointz): a list of `{svc: HOST:PORT, ep: [...]}`, an entry of `ep` being
/// `{service, servicePort, endpoint}`.
final class EndpointPage {
    private EndpointPage() {}

    static String of(MeshSnapshot mesh) {
        ListValue.Builder all = ListValue.newBuilder();
        for (PortView port : new MeshView(mesh).ports()) {
            ListValue.Builder endpoints = ListValue.newBuilder();
            port.endpoints()
                    .forEach(
                            endpoint -> endpoints.addValues(Json.object(instance(port, endpoint))));
            Struct.Builder one = Struct.newBuilder();
            Json.put(one, "svc", host(port) + ":" + port.port().name());
            one.putFields("ep", Json.list(endpoints));
            all.addValues(Json.object(one));
        }
        return Json.print(all);
    }

    private static String host(PortView port) {
        return port.service().service().hostname().toString();
    }

    private static Struct.Builder instance(PortView port, PortEndpoint endpoint) {
        Struct.Builder service = Struct.newBuilder();
        Json.put(service, "hostname", host(port));
        Struct.Builder servicePort = Struct.newBuilder();
        Json.put(servicePort, "name", port.port().name());
        number(servicePort, "port", port.port().number());
        Json.put(servicePort, "protocol", port.port().protocol().toString());
        return Struct.newBuilder()
                .putFields("service", Json.object(service))
                .putFields("servicePort", Json.object(servicePort))
                .putFields("endpoint", Json.object(endpoint(port, endpoint)));
    }

    private static Struct.Builder endpoint(PortView port, PortEndpoint endpoint) {
        Struct.Builder labels = Struct.newBuilder();
        endpoint.workload().labels().forEach((key, value) -> Json.put(labels, key, value));
        Struct.Builder locality = Struct.newBuilder();
        Json.put(locality, "Label", endpoint.workload().locality().toString());
        Struct.Builder one = Struct.newBuilder();
        one.putFields("Labels", Json.object(labels));
        one.putFields(
                "Addresses",
                Json.list(
                        ListValue.newBuilder()
                                .addValues(
                                        Value.newBuilder()
                                                .setStringValue(endpoint.workload().address()))));
        Json.put(one, "ServicePortName", port.port().name());
        Json.put(one, "ServiceAccount", endpoint.workload().identity().toString());
        one.putFields("Locality", Json.object(locality));
        number(one, "EndpointPort", endpoint.port());
        number(one, "LbWeight", endpoint.weight());
        // istiod: the side-car's mode by its name, `disabled` where there is none.
        Json.put(one, "TLSMode", endpoint.mutualTls() ? "istio" : "disabled");
        Json.put(one, "Namespace", endpoint.workload().namespace());
        Json.put(one, "WorkloadName", endpoint.workload().name());
        number(one, "HealthStatus", health(endpoint.health()));
        return one;
    }

    /// istiod's numbers (endpoint.go, HealthStatus).
    private static int health(Endpoint.Health health) {
        return switch (health) {
            case HEALTHY -> 1;
            case UNHEALTHY -> 2;
            case DRAINING -> 3;
        };
    }

    private static void number(Struct.Builder into, String name, int number) {
        into.putFields(name, Value.newBuilder().setNumberValue(number).build());
    }
}
