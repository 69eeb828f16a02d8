/// The SPIFFE Workload API: how an application gets the identity of its workload.
@NullMarked
package io.meltemi.agent.workloadapi;

import org.jspecify.annotations.NullMarked;
