@NullMarked
package io.meltemi.proxy.cluster.balance;

import org.jspecify.annotations.NullMarked;
