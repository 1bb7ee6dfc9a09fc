import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "scripts"))
import check_includes


class CheckIncludes(unittest.TestCase):
    def faults(self, files):
        """What the check says about a tree of these files."""
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            for path, text in files.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text, encoding="utf-8")
            return list(check_includes.faults(root))

    def test_lets_a_clean_tree_pass(self):
        self.assertEqual([], self.faults({
            "messages/event.hpp": "#pragma once\n#include <string>\n",
            "policy/plan.hpp": '#include "messages/event.hpp"\n',
            "storage/commands/write.cpp": '#include "policy/plan.hpp"\n#include <lmdb.h>\n',
            "actors/ledger.cpp": '#include "storage/commands/write.hpp"\n#include <caf/all.hpp>\n',
            "http/server.cpp": '#include "messages/protocol/ingress.hpp"\n#include <boost/beast.hpp>\n',
            "tests/unit/x.cpp": '#include "tests/support/y.hpp"\n#include "http/server.hpp"\n',
        }))

    def test_finds_each_wrong_arrow_with_its_line(self):
        planted = {
            ("messages/x.hpp", "policy/plan.hpp"),
            ("messages/x.hpp", "messages/protocol/ingress.hpp"),
            ("policy/x.cpp", "storage/commands/write.hpp"),
            ("storage/commands/x.cpp", "channels/adapter.hpp"),
            ("storage/files/x.cpp", "messages/protocol/ingress.hpp"),
            ("storage/x.cpp", "storage/engine/cursor.hpp"),
            ("storage/engine/x.cpp", "storage/records/event_record.hpp"),
            ("storage/upkeep/x.cpp", "storage/commands/write.hpp"),
            ("channels/x.cpp", "actors/ledger.hpp"),
            ("actors/x.cpp", "http/server.hpp"),
            ("actors/shared/x.cpp", "actors/ledger/windows.hpp"),
            ("actors/ledger/x.cpp", "actors/history/reading.hpp"),
            ("actors/history/x.cpp", "actors/registry/options.hpp"),
            ("http/x.cpp", "storage/commands/write.hpp"),
            ("app/x.cpp", "tests/support/y.hpp"),
            ("bin/x.cpp", "storage/commands/write.hpp"),
            ("tests/x.cpp", "bin/x.hpp"),
        }
        for source, target in planted:
            with self.subTest(source=source, target=target):
                found = self.faults({source: f'// first line\n#include "{target}"\n'})
                self.assertEqual(1, len(found))
                self.assertTrue(found[0].startswith(f"{source}:2: {target}: "), found[0])

    def test_sees_through_spaces_and_angle_brackets(self):
        for line in ("#  include <actors/ledger.hpp>", '\t#include\t"actors/ledger.hpp"'):
            self.assertEqual(1, len(self.faults({"policy/x.cpp": line + "\n"})), line)

    def test_keeps_slow_libraries_in_their_places(self):
        for source in ("messages/x.hpp", "policy/x.cpp", "storage/engine/x.cpp", "channels/x.cpp"):
            self.assertEqual(1, len(self.faults({source: "#include <caf/actor.hpp>\n"})), source)
        for source in ("channels/x.cpp", "app/config/x.cpp", "actors/x.cpp"):
            self.assertEqual(1, len(self.faults({source: "#include <boost/beast/core.hpp>\n"})))
        self.assertEqual([], self.faults({"app/bench/x.cpp": "#include <boost/beast/core.hpp>\n"}))

    def test_wants_includes_to_start_at_the_root(self):
        self.assertEqual(1, len(self.faults({"policy/x.cpp": '#include "plan.hpp"\n'})))


if __name__ == "__main__":
    unittest.main()
