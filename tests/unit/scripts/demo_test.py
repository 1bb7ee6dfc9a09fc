import base64
import pathlib
import sys
import tomllib
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "scripts"))
import demo
from program import Failure
from service import settings_text


def record(provider, body):
    return {"provider": provider, "body": body}


class DemoTest(unittest.TestCase):
    def as_it_should_be(self):
        return [record(channel, f"<b>x [{demo.marker(sample)}]</b>")
                for sample in demo.SAMPLES if sample.on for channel in demo.CHANNELS
                if channel != "email"] + [
                    record("email", f"Subject: {demo.marker(sample)}\r\n\r\nx\r\n")
                    for sample in demo.SAMPLES if sample.on]

    def test_has_one_sample_of_each_of_the_eleven_types(self):
        self.assertEqual(11, len({x.type for x in demo.SAMPLES}))
        self.assertEqual({"service.stopped", "service.started", "backup.success"},
                         {x.type for x in demo.SAMPLES if not x.on})

    def test_has_markers_that_are_not_in_each_other(self):
        markers = [demo.marker(x) for x in demo.SAMPLES]
        for one in markers:
            self.assertEqual([one], [x for x in markers if one in x])

    def test_is_content_when_all_is_as_the_defaults_say(self):
        lines, wrong = demo.table(demo.tally(self.as_it_should_be()))
        self.assertEqual(0, wrong)
        self.assertEqual(1 + 11, len(lines))
        self.assertEqual(40, " ".join(lines).count("arrived"))
        self.assertEqual(15, " ".join(lines).split().count("off"))

    def test_names_what_is_missing_what_came_twice_and_what_should_not_have_come(self):
        records = self.as_it_should_be()
        slack = next(x for x in records if x["provider"] == "slack")
        records.remove(slack)
        records.append(next(x for x in records if x["provider"] == "discord"))
        records.append(record("webhook", "demoServiceStopped"))
        lines, wrong = demo.table(demo.tally(records))
        self.assertEqual(3, wrong)
        for word in ("MISSING", "2 TIMES", "ARRIVED"):
            self.assertEqual(1, " ".join(lines).count(word), word)

    def test_reads_mail_through_its_encodings(self):
        word = demo.marker(demo.SAMPLES[0])
        quoted = f"Content-Transfer-Encoding: quoted-printable\r\n\r\n{word[:6]}=\r\n{word[6:]}\r\n"
        packed = ("Content-Transfer-Encoding: base64\r\n\r\n"
                  + base64.b64encode(word.encode()).decode() + "\r\n")
        for body in (quoted, packed):
            self.assertIn(word, demo.text_of(record("email", body)))

    def test_reads_bodies_that_are_not_utf8(self):
        packed = base64.b64encode(b"\xff demo").decode()
        self.assertIn("demo", demo.text_of({"provider": "webhook", "body_base64": packed}))


class SettingsText(unittest.TestCase):
    shipped = (ROOT / "app/tocsin.toml").read_text(encoding="utf-8")

    def test_changes_the_named_options_alone(self):
        values = {"storage.data_dir": '/srv/a "b"', "server.listen": "127.0.0.1:0"}
        changed = tomllib.loads(settings_text(self.shipped, values))
        expected = tomllib.loads(self.shipped)
        expected["storage"]["data_dir"] = '/srv/a "b"'
        expected["server"]["listen"] = "127.0.0.1:0"
        self.assertEqual(expected, changed)

    def test_tells_options_of_one_name_apart(self):
        text = settings_text("[a]\nthreads = 1\n[b]\nthreads = 1\n", {"b.threads": 2})
        self.assertEqual({"a": {"threads": 1}, "b": {"threads": 2}}, tomllib.loads(text))

    def test_refuses_options_that_are_not_shipped(self):
        with self.assertRaises(Failure):
            settings_text(self.shipped, {"server.colour": "red"})


if __name__ == "__main__":
    unittest.main()
