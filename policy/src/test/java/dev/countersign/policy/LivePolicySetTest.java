package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies that change while they decide. */
final class LivePolicySetTest {
    private static final String PERMIT = "permit (principal, action, resource);\n";
    private static final long SECONDS = 20;

    @TempDir
    Path folder;

    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private LivePolicySet live;

    private final class Hearing implements LivePolicySet.Listener {
        @Override
        public void changed(PolicySetHash before, PolicySetHash now) {
            heard.add(new Changed(before, now));
        }

        @Override
        public void refused(PolicyLoadException reasons) {
            heard.add(reasons);
        }
    }

    private record Changed(PolicySetHash before, PolicySetHash now) {}

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("bank.cedarschema"), Sets.SCHEMA);
        Files.writeString(folder.resolve("bank.cedar"), PERMIT);
        live = LivePolicySet.open(folder, new Hearing());
    }

    @AfterEach
    void stop() {
        live.close();
    }

    private <T> T hear(Class<T> kind) throws InterruptedException {
        return kind.cast(Objects.requireNonNull(heard.poll(SECONDS, TimeUnit.SECONDS), "nothing was heard"));
    }

    private boolean allows() {
        return live.current().evaluate(Sets.transfer(RecordValue.EMPTY)).isAllowed();
    }

    @Test
    void aValidChangeGoesLiveAndIsHeardWithBothHashes() throws Exception {
        var before = live.current().hash();
        Files.writeString(folder.resolve("bank.cedar"), PERMIT + "forbid (principal, action, resource);");
        var changed = hear(Changed.class);
        assertThat(changed.before()).isEqualTo(before);
        assertThat(changed.now()).isEqualTo(live.current().hash()).isNotEqualTo(before);
        assertThat(allows()).isFalse();
    }

    @Test
    void aFileInANewFolderIsSeen() throws Exception {
        Files.createDirectories(folder.resolve("new"));
        assertThat(live.reload()).isTrue();
        Files.writeString(folder.resolve("new/more.cedar"), "forbid (principal, action, resource);");
        hear(Changed.class);
        assertThat(allows()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permit (principal,",
                "permit (principal, action, resource) when { principal.nmae == \"x\" };",
                "@require(\"approval\") @quorum(\"0\") @approvers(\"Group::\\\"t\\\"\") forbid (principal, action, resource);",
                "@typo permit (principal, action, resource);",
            })
    void aBadChangeLeavesTheOldSetLiveAndIsReported(String bad) throws Exception {
        var before = live.current();
        Files.writeString(folder.resolve("bank.cedar"), "// first line\n" + bad);
        var refused = hear(PolicyLoadException.class);
        assertThat(refused.faults()).isNotEmpty().allSatisfy(fault -> {
            assertThat(fault.file()).isEqualTo("bank.cedar");
            assertThat(fault.line()).isEqualTo(2);
            assertThat(fault.reason()).isNotBlank();
        });
        assertThat(live.current()).isSameAs(before);
        assertThat(allows()).isTrue();
    }

    @Test
    void afterARefusedChangeTheNextGoodOneGoesLive() throws Exception {
        Files.writeString(folder.resolve("bank.cedar"), "permit (");
        hear(PolicyLoadException.class);
        Files.writeString(folder.resolve("bank.cedar"), "");
        hear(Changed.class);
        assertThat(allows()).isFalse();
    }

    @Test
    void aListenerThatFailsDoesNotStopTheWatch() throws Exception {
        try (var other = LivePolicySet.open(folder, new LivePolicySet.Listener() {
            @Override
            public void changed(PolicySetHash before, PolicySetHash now) {
                throw new IllegalStateException("the listener is away");
            }

            @Override
            public void refused(PolicyLoadException reasons) {
                throw new IllegalStateException("the listener is away");
            }
        })) {
            Files.writeString(folder.resolve("bank.cedar"), "permit (");
            hear(PolicyLoadException.class);
            Files.writeString(folder.resolve("bank.cedar"), "");
            var now = hear(Changed.class).now();
            var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (!other.current().hash().equals(now) && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertThat(other.current().hash()).isEqualTo(now);
        }
    }

    @Test
    void theSameFilesAgainAreNoChange() {
        assertThat(live.reload()).isTrue();
        assertThat(heard).isEmpty();
    }

    @Test
    void aFolderWithoutGoodPoliciesDoesNotStart() throws IOException {
        Files.writeString(folder.resolve("bad.cedar"), "permit");
        assertThatThrownBy(() -> LivePolicySet.open(folder, new Hearing())).isInstanceOf(PolicyLoadException.class);
    }
}
